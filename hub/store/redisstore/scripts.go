package redisstore

import "github.com/redis/go-redis/v9"

// The scripts answer a refusal by a status word, so that it cannot be taken for
// a failure of Redis.

// appendScript: KEYS meta log, ARGV epoch data... A script runs whole or not at
// all, so no entry can be written without those before it.
var appendScript = redis.NewScript(appendText + `
return ids`)

// appendTellingScript also publishes that there is something to read.
var appendTellingScript = redis.NewScript(appendText + `
redis.call('PUBLISH', KEYS[2], ids[#ids])
return ids`)

const appendText = `
if (redis.call('HGET', KEYS[1], 'epoch') or '0') ~= ARGV[1] then return redis.status_reply('EPOCH') end
local ids = {}
for i = 2, #ARGV do ids[i - 1] = redis.call('XADD', KEYS[2], '*', 'd', ARGV[i]) end`

// snapshotScript: KEYS meta log snaps past pastdata, ARGV epoch expect blob
// uptoMs uptoSeq keep graceMs past pastdata forget replaces. The snapshot, the trimming
// of what it covers and its place in the history are one step; a snapshot that
// was overtaken changes nothing, nor does one of a log that Redis has lost the
// end of. An empty past is none.
var snapshotScript = redis.NewScript(`
if (redis.call('HGET', KEYS[1], 'epoch') or '0') ~= ARGV[1] then return 'EPOCH' end
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[2] then return 'FENCED' end
if ARGV[11] ~= '' and (redis.call('HGET', KEYS[1], 'upto') or ARGV[11]) ~= ARGV[11] then return 'FENCED' end
local upto = ARGV[4] .. '-' .. ARGV[5]
if not redis.call('XRANGE', KEYS[2], upto, upto)[1] then return 'FENCED' end
redis.call('HINCRBY', KEYS[1], 'version', 1)
redis.call('HSET', KEYS[1], 'upto', upto)
redis.call('LPUSH', KEYS[3], ARGV[3])
redis.call('LTRIM', KEYS[3], 0, tonumber(ARGV[6]) - 1)
local ms, seq, grace = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[7])
local t = redis.call('TIME')
local cutoff = t[1] * 1000 + math.floor(t[2] / 1000) - grace
local minid, trimmed
if ms <= cutoff then
  minid = string.format('%.0f-%.0f', ms, seq + 1)
  trimmed = upto
else
  minid = string.format('%.0f-0', cutoff)
  trimmed = string.format('%.0f-18446744073709551615', cutoff - 1)
end
if redis.call('XTRIM', KEYS[2], 'MINID', minid) > 0 then redis.call('HSET', KEYS[1], 'trimmed', trimmed) end
if ARGV[8] ~= '' then
  local id = redis.call('HINCRBY', KEYS[1], 'past', 1)
  redis.call('HSET', KEYS[4], id, ARGV[8])
  redis.call('HSET', KEYS[5], id, ARGV[9])
  local forget, all = tonumber(ARGV[10]), redis.call('HGETALL', KEYS[4])
  for i = 1, #all, 2 do
    local version = tonumber(string.match(all[i + 1], '^%d+'))
    if version > 0 and version < forget then redis.call('HDEL', KEYS[4], all[i]); redis.call('HDEL', KEYS[5], all[i]) end
  end
end
return 'OK'`)

// pinScript: KEYS meta past pastdata, ARGV epoch past pastdata.
var pinScript = redis.NewScript(`
if (redis.call('HGET', KEYS[1], 'epoch') or '0') ~= ARGV[1] then return redis.status_reply('EPOCH') end
local id = redis.call('HINCRBY', KEYS[1], 'past', 1)
redis.call('HSET', KEYS[2], id, ARGV[2])
redis.call('HSET', KEYS[3], id, ARGV[3])
return id`)

// dropScript: KEYS meta log snaps past pastdata. The emptied stream stays, so that its ids go
// on growing.
var dropScript = redis.NewScript(`
redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HDEL', KEYS[1], 'version', 'upto')
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
if last[1] then redis.call('HSET', KEYS[1], 'trimmed', last[1][1]) end
redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('XTRIM', KEYS[2], 'MAXLEN', 0) end
return 'OK'`)

// putScript: KEYS record, ARGV expect value.
var putScript = redis.NewScript(`
local v = redis.call('HGET', KEYS[1], 'v') or '0'
if v ~= ARGV[1] then return 'CONFLICT' end
redis.call('HSET', KEYS[1], 'v', string.format('%.0f', tonumber(v) + 1), 'd', ARGV[2])
return 'OK'`)

// restoreDocScript: KEYS meta log snaps past pastdata, ARGV epoch nowMs data. The entry
// without data stays in the stream for those who follow it.
var restoreDocScript = redis.NewScript(restoreDocText + `
return 'OK'`)

// restoreDocTellingScript also publishes that there is something to read.
var restoreDocTellingScript = redis.NewScript(restoreDocText + `
redis.call('PUBLISH', KEYS[2], id)
return 'OK'`)

const restoreDocText = `
local epoch = math.max(tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0'), tonumber(ARGV[1])) + 1
local id = redis.call('XADD', KEYS[2], '*', 'd', '')
redis.call('XTRIM', KEYS[2], 'MAXLEN', 1)
local ms, seq = string.match(id, '(%d+)-(%d+)')
redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
redis.call('LPUSH', KEYS[3], struct.pack('>I8I8I8I8', 1, tonumber(ms), tonumber(seq), tonumber(ARGV[2])) .. ARGV[3])
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch), 'version', '1', 'upto', id)`

// restoreRecordScript: KEYS record, ARGV version value.
var restoreRecordScript = redis.NewScript(`
local v = math.max(tonumber(redis.call('HGET', KEYS[1], 'v') or '0'), tonumber(ARGV[1])) + 1
redis.call('HSET', KEYS[1], 'v', string.format('%.0f', v), 'd', ARGV[2])
return 'OK'`)

// incrementScript: KEYS counter, ARGV windowMs.
var incrementScript = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n`)
