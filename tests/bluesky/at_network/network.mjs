// A whole AT Protocol network: accounts, their directory, the app's view of them, all real and on this machine only.
// Says where it is in one line of JSON, and ends when its standard input does.
import { TestNetwork } from '@atproto/dev-env'

const network = await TestNetwork.create({
  pds: {
    hostname: 'localhost',
    enableDidDocWithSession: true,
    rateLimitsEnabled: true,
    redisScratchAddress: process.env.REDIS_HOST,
  },
})
process.stdin.on('end', () => process.exit(0)).resume()
console.log(JSON.stringify({ server: network.pds.url, app: network.bsky.url, directory: network.plc.url }))
