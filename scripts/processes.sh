# shellcheck shell=bash
# To be sourced: starting processes that can be found again, waiting for them, and ending exactly those.
#
# A process is remembered by a file NAME.pid that holds its id and its start time (field 22 of /proc/PID/stat). An id alone is not enough:
# the system gives it to somebody else after its process has died, and somebody else must never be ended.

# started_at PID: the process's start time in clock ticks since the machine's start; nothing if there is no such process.
started_at() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # The program's name, in parentheses, may hold blanks: count from behind it.
  stat=${stat##*) }
  # shellcheck disable=SC2086
  set -- $stat
  # A process that has ended and that nobody has waited for yet is gone.
  [ "$1" = Z ] || echo "${20}"
}

# alive FILE: true if the process that FILE remembers is still running.
alive() {
  local id start
  { read -r id start <"$1"; } 2>/dev/null || return 1
  [ -n "$start" ] && [ "$(started_at "$id")" = "$start" ]
}

# spawn FILE LOG COMMAND...: starts a command in a session of its own, so that a Ctrl-C meant for the script does not reach it.
spawn() {
  local file=$1 log=$2 id
  shift 2
  setsid "$@" >>"$log" 2>&1 </dev/null &
  id=$!
  echo "$id $(started_at "$id")" >"$file"
  disown "$id"
}

# end FILE SECONDS: asks the process that FILE remembers to stop, and ends it if it has not after so many seconds. FILE is removed.
end() {
  local file=$1 seconds=$2 id start deadline
  if alive "$file"; then
    read -r id start <"$file"
    kill -TERM "$id" 2>/dev/null || true
    deadline=$((SECONDS + seconds))
    while alive "$file" && [ $SECONDS -lt $deadline ]; do sleep 0.1; done
    if alive "$file"; then
      echo "$(basename "$file" .pid) (process $id) did not stop within $seconds s of SIGTERM; it was ended by SIGKILL." >&2
      kill -KILL "$id" 2>/dev/null || true
      deadline=$((SECONDS + 10))
      while alive "$file" && [ $SECONDS -lt $deadline ]; do sleep 0.1; done
    fi
  fi
  rm -f "$file"
}

# free_port: a TCP port on which nothing listens on loopback, below the range from which the system takes ports for clients.
free_port() {
  local port try
  for try in {1..50}; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if ! listens "$port"; then
      echo "$port"
      return
    fi
  done
  echo "No free port between 20000 and 32000 was found in $try tries." >&2
  return 1
}

# listens PORT: true if something accepts connections there.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# show_log LOG: its last lines, for somebody who has to find out why a process did not come up.
show_log() {
  [ -s "$1" ] || return 0
  echo "--- the last lines of $1" >&2
  tail -n 20 "$1" >&2
}
