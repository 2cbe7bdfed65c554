/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Differences between PostgreSQL's major versions, all of them here.
 *
 * Include after postgres.h.  Supported are PostgreSQL 15 to 19.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COMPAT_H
#define CX_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "cx_metrics needs PostgreSQL 15 or later"
#endif

#if SIZEOF_VOID_P < 8 || defined(__ILP32__)
#error "cx_metrics cannot be built for 32 bit: build it on a 64-bit machine, for a 64-bit PostgreSQL"
#elif !defined(HAVE_INT128)
#error "cx_metrics needs a compiler with 128-bit integers: build it, and PostgreSQL, with gcc or clang"
#endif

/* PostgreSQL 16 moved the VARATT_ macros to a header of their own. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "datatype/timestamp.h"

/* PostgreSQL 18 has this name for what the compiler calls _Noreturn. */
#ifndef pg_noreturn
#define pg_noreturn _Noreturn
#endif

/* PostgreSQL 20 has the shorter name only. */
#ifndef pg_attribute_always_inline
#define pg_attribute_always_inline pg_always_inline
#endif

/* The first updates of version 15 have no typed allocations. */
#ifndef palloc_array
#define palloc_array(type, count) ((type *) palloc(sizeof(type) * (Size) (count)))
#endif

/* Intervals can be infinite from PostgreSQL 17 on. */
#ifndef INTERVAL_NOT_FINITE
#define INTERVAL_NOT_FINITE(interval) ((void) (interval), false)
#endif

/*
 * The functions that the JSON parser calls return success from PostgreSQL 16
 * on.  From 17 on the length of the text is a size_t, the text is const, and
 * the caller may bring the memory for the parser's state.
 */
#if PG_VERSION_NUM >= 160000
#define JSON_ACTION_RESULT	JsonParseErrorType
#define JSON_ACTION_DONE	JSON_SUCCESS
#else
#define JSON_ACTION_RESULT	void
#define JSON_ACTION_DONE
#endif

#if PG_VERSION_NUM >= 170000
#define JSON_LEX_CONTEXT(text, length, need_escapes) \
	makeJsonLexContextCstringLen(NULL, text, length, \
								 GetDatabaseEncoding(), need_escapes)
#else
#define JSON_LEX_CONTEXT(text, length, need_escapes) \
	makeJsonLexContextCstringLen((char *) (text), (int) (length), \
								 GetDatabaseEncoding(), need_escapes)
#endif

/* PostgreSQL 16 has one function for the owners of all kinds of objects. */
#if PG_VERSION_NUM >= 160000
#define CX_RELATION_OWNERCHECK(relation, role) \
	object_ownercheck(RelationRelationId, relation, role)
#else
#define CX_RELATION_OWNERCHECK(relation, role) \
	pg_class_ownercheck(relation, role)
#endif

/*
 * Whether a role may refresh a materialized view: its owner may, and from
 * PostgreSQL 17 on whoever was granted MAINTAIN.  Include utils/acl.h, and
 * catalog/pg_class.h.
 */
#if PG_VERSION_NUM >= 170000
#define MAY_REFRESH(view, role) (pg_class_aclcheck(view, role, ACL_MAINTAIN) == ACLCHECK_OK)
#elif PG_VERSION_NUM >= 160000
#define MAY_REFRESH(view, role) object_ownercheck(RelationRelationId, view, role)
#else
#define MAY_REFRESH(view, role) pg_class_ownercheck(view, role)
#endif

/*
 * From PostgreSQL 18 on the expressions that a query groups by stand in an entry of
 * its range table, and its columns refer to that.  This gives the columns as they
 * were before, and are up to 17.  Include optimizer/optimizer.h.
 */
#if PG_VERSION_NUM >= 180000
#define WITHOUT_GROUP_ENTRY(query, node) \
	((query)->hasGroupRTE ? flatten_group_exprs(NULL, query, node) : (node))
#else
#define WITHOUT_GROUP_ENTRY(query, node) (node)
#endif

#endif							/* CX_COMPAT_H */
