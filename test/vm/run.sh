#!/usr/bin/env bash
# Boots Debian's kernel under QEMU, runs one command there in the project folder, and ends with its
# exit status. What the command prints comes to stdout as it is printed.
#
# The guest sees the host's files, so it has the host's programs on another kernel; what it writes
# stays in its memory. Only what it writes to /dev/vport1p3 arrives in the file VM_REPORT, and what the
# kernel says on its serial console in VM_CONSOLE.
#
# usage: [VM_REPORT=FILE] [VM_CONSOLE=FILE] [VM_DEADLINE_SECONDS=N] test/vm/run.sh COMMAND [ARGUMENT...]
# The exit status is 125 when there is none: the guest could not boot, crashed, or took too long.
set -euo pipefail

report=$(realpath "${VM_REPORT:-/dev/null}")
console=${VM_CONSOLE:+$(realpath "$VM_CONSOLE")}
cd "$(dirname "$0")/../.."
cache=$PWD/.cache/vm
memory=2048M
# Of a network card that leads nowhere, and has no driver until somebody loads virtio_net. It comes last,
# because the ports are called after the place of their device.
spare_mac=52:54:00:00:00:08
deadline_seconds=${VM_DEADLINE_SECONDS:-900}

fail() {
  echo "test/vm/run.sh: $*" >&2
  exit 125
}

if [ $# -eq 0 ]; then fail 'which command?'; fi
if [ ! -e "$cache/initrd.gz" ]; then fail 'there is no kernel: run test/vm/prepare.sh first'; fi
if [ "$(id -u)" -ne 0 ]; then fail 'only root can share all files with the guest'; fi

folder=$(mktemp -d /tmp/netwright-vm.XXXXXX)
console=${console:-$folder/console}
: >"$console"
# What has ended is no job any more, so no process that got its id by chance is hit.
clean_up() {
  local running
  mapfile -t running < <(jobs -pr)
  if [ ${#running[@]} -gt 0 ]; then
    kill "${running[@]}" || true
    wait "${running[@]}" || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 125' HUP INT TERM

# Starts a program in the background. The kernel ends it with this one, should this one be killed.
start() {
  setpriv --pdeathsig TERM "$@" </dev/null &
}

# Only chroot works for sharing /. Nobody changes files of the host while the guest runs, so it may
# keep what it has read, which makes it three times as fast.
start_sharing_files() {
  local tries
  start /usr/lib/qemu/virtiofsd --socket-path="$folder/files" -o source=/ -o sandbox=chroot \
    -o cache=always -o log_level=err 2>>"$console"
  for ((tries = 0; tries < 200; tries++)); do
    if [ -S "$folder/files" ]; then return; fi
    sleep 0.05
  done
  cat "$console" >&2
  fail 'share the files: virtiofsd does not listen'
}

# Not the machine `microvm`, though it boots a second faster: it has neither HPET nor ACPI timer, and
# without KVM every third boot hung while the kernel waited for its first timer interrupt.
start_guest() {
  # SELinux has no policy here, and so forbids nobody anything; but it knows labels.
  # What the kernel does not know of these words becomes the environment of init.sh.
  local words="console=ttyS0 loglevel=5 panic=-1 mitigations=off security=selinux"
  words+=" script=$folder/script modules=$cache/kernel/lib/modules"
  # nr is the N of /dev/vport1pN in the guest; 0 is taken by the kernel for consoles.
  start timeout --foreground --kill-after=5 "$deadline_seconds" \
    qemu-system-x86_64 -machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m "$memory" \
    -nodefaults -no-user-config -display none -no-reboot \
    -kernel "$cache/kernel/vmlinuz" -initrd "$cache/initrd.gz" -append "$words" \
    -object "memory-backend-memfd,id=memory,size=$memory,share=on" -numa node,memdev=memory \
    -chardev "socket,id=files,path=$folder/files" -device vhost-user-fs-pci,chardev=files,tag=host \
    -chardev "file,id=console,path=$console,append=on" -serial chardev:console \
    -device virtio-serial-pci,max_ports=4 \
    -chardev "file,id=output,path=/dev/fd/$output" -device virtserialport,chardev=output,nr=1 \
    -chardev "file,id=status,path=$folder/status" -device virtserialport,chardev=status,nr=2 \
    -chardev "file,id=report,path=$report" -device virtserialport,chardev=report,nr=3 \
    -netdev hubport,id=spare,hubid=0 -device "virtio-net-pci,netdev=spare,mac=$spare_mac,romfile=" \
    2>>"$console"
  guest=$!
}

printf 'cd %q && export PATH=%q HOME=%q && exec %s\n' \
  "$PWD" "$PATH" "$HOME" "$(printf '%q ' "$@")" >"$folder/script"
start_sharing_files
# QEMU would empty a file, and cannot open a socket; through cat, stdout may be anything.
exec {output}> >(exec cat)
cat=$!
start_guest
ended=0
wait "$guest" || ended=$?
exec {output}>&-
wait "$cat" || true

status=$(cat "$folder/status" 2>/dev/null || true)
if [ -n "$status" ]; then exit "$status"; fi
if [ -z "${VM_CONSOLE:-}" ]; then tail -n 40 "$console" >&2; fi
if [ "$ended" -eq 124 ]; then fail "the guest did not end within $deadline_seconds s"; fi
fail "the guest ended without an exit status (that of QEMU is $ended)"
