/*
 * node --require offline.cjs ...
 *
 * Whatever runs with it cannot reach the network: a connection that is not to a
 * socket in the file system ends the process.
 */
'use strict';

const net = require('net');
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
	const options = Array.isArray(args[0]) ? args[0][0] : args[0];

	if (options && options.path)
		return connect.apply(this, args);
	require('fs').writeSync(2, `a connection was wanted: ${JSON.stringify(options)}\n`);
	process.exit(3);
};
