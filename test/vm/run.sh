#!/bin/bash
# Boots Debian's kernel under QEMU, runs one command there in the project folder, and ends with its
# exit status: test/vm/run.sh CMD [ARGUMENT...]
#
# The guest sees the host's files, so it has the host's programs on another kernel; what it writes
# stays in its memory. The command's output goes to stdout as it comes. 125 is the exit status when
# the guest ended without one: it could not boot, crashed, or ran past VM_DEADLINE_SECONDS.
set -euo pipefail

cd "$(dirname "$0")/../.."
cache=$PWD/.cache/vm
deadline_seconds=${VM_DEADLINE_SECONDS:-900}
memory=2048M

fail() {
  echo "test/vm/run.sh: $*" >&2
  exit 125
}

(($#)) || fail 'which command?'
[[ -e $cache/initrd.gz ]] || fail 'no kernel here: run test/vm/prepare.sh first'
[[ $EUID == 0 ]] || fail 'sharing the files of the host needs root'

running=()
folder=$(mktemp -d /tmp/netwright-vm.XXXXXX)
clean_up() {
  if ((${#running[@]})); then
    kill "${running[@]}" 2>/dev/null || true
    wait "${running[@]}" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 125' HUP INT TERM

# Runs a program in the background that the kernel ends with this process, however that dies.
start() {
  setpriv --pdeathsig TERM "$@" </dev/null &
  running+=($!)
}

# `cache=always`: nobody changes files of the host while the guest runs, and asking is slow.
# `sandbox=chroot`: the default cannot share /.
start /usr/lib/qemu/virtiofsd --socket-path="$folder/files" \
  -o source=/ -o cache=always -o sandbox=chroot -o log_level=err

printf 'cd %q && export PATH=%q HOME=%q && exec %s\n' \
  "$PWD" "$PATH" "$HOME" "$(printf '%q ' "$@")" >"$folder/script"

# What the kernel does not know on its command line becomes the environment of init.sh.
words="console=ttyS0 ${VM_QUIET-quiet} panic=-1 mitigations=off"
words+=" script=$folder/script modules=$cache/kernel/lib/modules"

# virtio_console numbers its ports; number 0 is for consoles.
devices=(
  -object "memory-backend-memfd,id=memory,size=$memory,share=on" -numa node,memdev=memory
  -chardev "socket,id=files,path=$folder/files" -device vhost-user-fs-pci,chardev=files,tag=host
  -serial "file:$folder/console"
  -device virtio-serial-pci,max_ports=3
  -chardev stdio,id=output,signal=off -device virtserialport,chardev=output,nr=1
  -chardev "file,id=status,path=$folder/status" -device virtserialport,chardev=status,nr=2
)
for ((tries = 0; tries < 100; tries++)); do
  [[ ! -S $folder/files ]] || break
  kill -0 "${running[0]}" 2>/dev/null || fail 'share the files of the host: virtiofsd'
  sleep 0.05
done

start timeout --foreground --kill-after=5 "$deadline_seconds" \
  qemu-system-x86_64 -M microvm,pcie=on -accel tcg,thread=multi -cpu max -smp 2 -m "$memory" \
  -nodefaults -no-user-config -display none -no-reboot \
  -kernel "$cache/kernel/vmlinuz" -initrd "$cache/initrd.gz" -append "$words" "${devices[@]}"
ended=0
wait "${running[1]}" || ended=$?

status=$(cat "$folder/status" 2>/dev/null || true)
[[ $status =~ ^[0-9]+$ ]] && exit "$status"
tail -n 40 "$folder/console" >&2 || true
((ended == 124)) && fail "the guest did not end within $deadline_seconds s"
fail "the guest ended without an exit status (QEMU: $ended)"
