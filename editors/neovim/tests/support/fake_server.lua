-- A language server that says and does as its argument (JSON) tells, for what the real one does not
-- do: `name` and `version` it gives, `crash` ("start", "initialized" or "opened") and how often
-- (`crashes`; for ever without), `reports` it answers `omnistack/status` with, one after the other,
-- and `says`: notifications after its start. It notes its starts and what it was sent in `folder`.

local behaviour = vim.json.decode(arg[1])

local function note(file, line)
  local out = assert(io.open(behaviour.folder .. "/" .. file, "a"))
  out:write(line .. "\n")
  out:close()
end

local function starts()
  local count = 0
  for _ in io.lines(behaviour.folder .. "/starts") do
    count = count + 1
  end
  return count
end

local function crash_at(moment)
  if behaviour.crash == moment and starts() <= (behaviour.crashes or math.huge) then
    os.exit(3)
  end
end

local function send(message)
  message.jsonrpc = "2.0"
  local body = vim.json.encode(message)
  io.stdout:write(("Content-Length: %d\r\n\r\n%s"):format(#body, body))
  io.stdout:flush()
end

local function read()
  local length
  while true do
    local line = io.stdin:read("*l")
    if not line then
      os.exit(1)
    end
    line = line:gsub("\r$", "")
    if line == "" then
      return vim.json.decode(io.stdin:read(length))
    end
    length = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
  end
end

local answers = {
  initialize = function()
    return {
      capabilities = { textDocumentSync = 1 },
      serverInfo = { name = behaviour.name or "omnistack", version = behaviour.version },
    }
  end,
  ["omnistack/status"] = function()
    local reports = behaviour.reports or { vim.empty_dict() }
    return #reports > 1 and table.remove(reports, 1) or reports[1]
  end,
}

local events = {
  initialized = function()
    crash_at("initialized")
    for _, message in ipairs(behaviour.says or {}) do
      send(message)
    end
  end,
  ["textDocument/didOpen"] = function()
    crash_at("opened")
  end,
  exit = function()
    os.exit(0)
  end,
}

note("starts", tostring(vim.uv.os_getpid()))
crash_at("start")
while true do
  local message = read()
  if message.method then
    note("received", message.method)
  end
  if message.id and message.method then
    local answer = answers[message.method]
    send({ id = message.id, result = answer and answer() or vim.NIL })
  elseif events[message.method] then
    events[message.method]()
  end
end
