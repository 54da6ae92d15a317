/*
 * Pulls the plug, for files of one folder (POWERLOSS_DIR): only what was forced to the disk survives.
 *
 * Each fsync or fdatasync of a file copies its bytes, as they are then, to POWERLOSS_DISK/content-INODE. Each fsync of
 * the folder writes down which names lead to which inodes, to POWERLOSS_DISK/names; a name that was created, renamed or
 * removed after the last of these is as if it had not been. Both are written beside their place and renamed, so that a
 * kill in the middle leaves the earlier state, as a disk does that has not said "done".
 *
 * Build: cc -shared -fPIC -O2 -o powerloss.so powerloss.c -ldl      Use: LD_PRELOAD=powerloss.so
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int keep_file(int fd, const struct stat *state, const char *disk) {
    char final[PATH_MAX], partial[PATH_MAX];
    static char buffer[1 << 20];
    static volatile int busy = 0;
    snprintf(final, sizeof final, "%s/content-%lu", disk, (unsigned long)state->st_ino);
    snprintf(partial, sizeof partial, "%s/partial-%lu-%d", disk, (unsigned long)state->st_ino, gettid());
    int out = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0)
        return -1;
    while (__sync_lock_test_and_set(&busy, 1))
        ;
    /* pread leaves the file's own position alone; a file opened for writing only is read through /proc. */
    char again[64];
    snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
    int in = open(again, O_RDONLY | O_CLOEXEC);
    off_t at = 0;
    ssize_t length = in < 0 ? -1 : 0;
    while (in >= 0 && (length = pread(in, buffer, sizeof buffer, at)) > 0) {
        if (write(out, buffer, (size_t)length) != length) {
            length = -1;
            break;
        }
        at += length;
    }
    __sync_lock_release(&busy);
    if (in >= 0)
        close(in);
    close(out);
    return length < 0 ? -1 : rename(partial, final);
}

static int keep_names(const char *folder, const char *disk) {
    char final[PATH_MAX], partial[PATH_MAX];
    snprintf(final, sizeof final, "%s/names", disk);
    snprintf(partial, sizeof partial, "%s/names-partial-%d", disk, gettid());
    DIR *listing = opendir(folder);
    FILE *out = fopen(partial, "we");
    if (!listing || !out)
        return -1;
    for (struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_type == DT_REG)
            fprintf(out, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    closedir(listing);
    return fclose(out) == 0 ? rename(partial, final) : -1;
}

static int keep(int fd) {
    const char *folder = getenv("POWERLOSS_DIR"), *disk = getenv("POWERLOSS_DISK");
    char link[64], path[PATH_MAX];
    struct stat state;
    if (!folder || !disk)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || fstat(fd, &state) != 0)
        return 0;
    path[length] = 0;
    if (S_ISDIR(state.st_mode))
        return strcmp(path, folder) == 0 ? keep_names(folder, disk) : 0;
    size_t prefix = strlen(folder);
    return strncmp(path, folder, prefix) == 0 && path[prefix] == '/' ? keep_file(fd, &state, disk) : 0;
}

static int forced(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(fd);
    int was = errno;
    if (result == 0 && keep(fd) != 0) {
        errno = EIO;
        return -1;
    }
    errno = was;
    return result;
}

int fsync(int fd) { return forced("fsync", fd); }
int fdatasync(int fd) { return forced("fdatasync", fd); }
