"""What a program in Python does, with psycopg 3.

    client.py JOBS

Reads the jobs of test/t/150_clients.pl and prints what Client.java prints.
Modes: text, binary (results in that format), prepared (by the server).
"""

import datetime
import decimal
import sys

import psycopg

KINDS = {
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "aware": lambda value: datetime.datetime.fromisoformat(value).replace(tzinfo=datetime.timezone.utc),
    "str": str,
    "int": int,
    "float": float,
    "Decimal": decimal.Decimal,
    "none": lambda value: None,
}

connection = psycopg.connect(autocommit=True)
# Names of types, by their numbers
types = dict(connection.execute("SELECT oid::bigint, typname::text FROM pg_catalog.pg_type").fetchall())


def text(value):
    if value is None:
        return "\\N"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return str(value)


def query(name, mode, sql, binds):
    parameters = []
    for bind in binds:
        kind, value = bind.split("=", 1)
        parameters.append(KINDS[kind](value))
    try:
        with connection.cursor(binary=mode == "binary") as cursor:
            for _ in range(3 if mode == "prepared" else 1):
                cursor.execute(sql, parameters, prepare=mode == "prepared")
                rows = cursor.fetchall()
            print("columns", name, mode,
                  *(":".join((c.name, types[c.type_code], "binary" if cursor.pgresult.fformat(i) else "text"))
                    for i, c in enumerate(cursor.description)), sep="\t")
            for row in rows:
                print("row", name, mode, *map(text, row), sep="\t")
    except psycopg.Error as error:
        print("error", name, mode, error.sqlstate, sep="\t")


sys.stdout.reconfigure(encoding="utf-8")
with open(sys.argv[1], encoding="utf-8") as jobs:
    for line in jobs:
        fields = line.rstrip("\n").split("\t")
        query(fields[1], fields[2], fields[3].replace("\\n", "\n"), fields[4:])
print("done")
