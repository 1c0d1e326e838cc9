// SPDX-License-Identifier: Apache-2.0
#include "compiler/folder_lock.h"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nibble {

namespace {

constexpr std::chrono::milliseconds pause(10);

bool still_linked(int descriptor) {
    struct stat status = {};
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

} // namespace

FolderLock::FolderLock(const std::filesystem::path &folder, std::chrono::milliseconds wait)
    : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) {
    if (!held()) {
        return;
    }
    int status = flock(descriptor_, LOCK_EX | LOCK_NB);
    for (; status != 0 && errno == EWOULDBLOCK && wait.count() > 0; wait -= pause) {
        std::this_thread::sleep_for(pause);
        status = flock(descriptor_, LOCK_EX | LOCK_NB);
    }
    busy_ = status != 0 && errno == EWOULDBLOCK;
    // Without a link it was removed between open and flock.
    if (status != 0 || !still_linked(descriptor_)) {
        close(descriptor_);
        descriptor_ = -1;
    }
}

FolderLock::~FolderLock() {
    if (held()) {
        close(descriptor_);
    }
}

} // namespace nibble
