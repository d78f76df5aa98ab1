/* Preloaded into a process, this makes its disk fail: while the file FLAG-write or FLAG-sync is there,
   every write or every flush of a file below FILES is answered with EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int breaks(const char *what, int fd) {
    const char *flag = getenv("BROKEN_DISK_FLAG"), *files = getenv("BROKEN_DISK_FILES");
    char name[4096], path[4096];
    if (!flag || !files) return 0;
    snprintf(name, sizeof name, "%s-%s", flag, what);
    if (access(name, F_OK)) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, files, strlen(files))) return 0;
    errno = EIO;
    return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return breaks("write", fd) ? -1 : NEXT(pwrite)(fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    return breaks("write", fd) ? -1 : NEXT(pwrite64)(fd, bytes, count, at);
}
ssize_t write(int fd, const void *bytes, size_t count) {
    return breaks("write", fd) ? -1 : NEXT(write)(fd, bytes, count);
}
int fsync(int fd) { return breaks("sync", fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return breaks("sync", fd) ? -1 : NEXT(fdatasync)(fd); }
