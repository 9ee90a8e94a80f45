# The base where no registry answers: Debian packages of this host, unpacked and cut down to what runs.
FROM scratch
LABEL accord.image=true
ADD rootfs.tar /
