#!/bin/busybox sh
# The guest's first process: puts the host's files under this kernel and runs one script there.
#
# The kernel hands over `script` and `modules`, words of its command line, as variables.
busybox=/bin/busybox

stop() {
  $busybox sync
  $busybox poweroff -f
}

# Shows on the console, which run.sh prints when there is no exit status.
give_up() {
  echo "init: $*"
  stop
}

$busybox mount -t proc proc /proc
$busybox mount -t sysfs sysfs /sys
$busybox mount -t devtmpfs devtmpfs /dev
while read -r module; do
  $busybox insmod "/modules/$module" || give_up "load $module"
done </modules/order

# The host's files are read-only; what the guest writes stays in its memory.
$busybox mount -t virtiofs -o ro host /host || give_up 'mount the files of the host'
$busybox mount -t tmpfs tmpfs /upper
$busybox mkdir /upper/files /upper/work
$busybox mount -t overlay -o lowerdir=/host,upperdir=/upper/files,workdir=/upper/work overlay /root ||
  give_up 'mount the overlay'

# Named namespaces and pid files of the host are not the guest's, so /run begins empty.
for place in proc sys dev; do $busybox mount --move /$place /root/$place; done
$busybox mount -t tmpfs tmpfs /root/run
$busybox mkdir -p /root/dev/shm /root/dev/pts /root/dev/net /root/run/netns /root/lib/modules
$busybox mount -t tmpfs tmpfs /root/dev/shm
$busybox mount -t devpts devpts /root/dev/pts
$busybox mount --bind "/root$modules" /root/lib/modules || give_up "mount $modules"
# Kinds of links load on demand: the kernel starts this program, outside of the chroot.
printf '#!/bin/busybox sh\nexec %s chroot /root /sbin/modprobe "$@"\n' $busybox >/bin/modprobe
$busybox chmod +x /bin/modprobe
echo /bin/modprobe >/root/proc/sys/kernel/modprobe
# Nothing but an access to this file loads the driver of taps.
$busybox mknod /root/dev/net/tun c 10 200

$busybox hostname vm
$busybox ip link set lo up

# The ports have the numbers that run.sh gives them.
$busybox chroot /root /bin/bash "$script" </root/dev/null >/root/dev/vport1p1 2>&1
echo $? >/root/dev/vport1p2
stop
