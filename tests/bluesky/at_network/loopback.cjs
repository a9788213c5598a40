// The network's servers listen on every interface of a machine. Here nobody outside may reach them.
const net = require('node:net')
const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (...given) {
  const whenReady = given.find((each) => typeof each === 'function')
  const first = given[0]
  if (first && typeof first === 'object') {
    return listen.call(this, first.port === undefined ? first : { ...first, host: '127.0.0.1' }, whenReady)
  }
  if (first === undefined || /^\d+$/.test(String(first))) {
    return listen.call(this, { port: Number(first ?? 0), host: '127.0.0.1' }, whenReady)
  }
  return listen.apply(this, given)
}
