-- For wrk: gives each request the next session's cookie. The argument is a file with one a line.
local requests = {}
local last = 0

function init(arguments)
  for cookie in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { Cookie = cookie })
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end
