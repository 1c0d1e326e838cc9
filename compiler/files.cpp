// SPDX-License-Identifier: Apache-2.0
#include "compiler/files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include "model/error.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

constexpr const char *random_part = "XXXXXX";

} // namespace

void write_file(const fs::path &file, std::string_view bytes) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) {
        throw Error(Finding{file.string(), "file", std::strerror(errno), "a file that can be written"});
    }
}

TempFolder::TempFolder(const fs::path &parent, const std::string &prefix) {
    // A process that clears up may take a folder for abandoned before it is locked. Where locks don't work at all, the
    // last attempt does.
    for (int attempt = 0; attempt < 3 && !(lock_ && lock_->held()); ++attempt) {
        std::error_code ignored;
        fs::remove(path_, ignored);
        std::string pattern = (parent / (prefix + random_part)).string();
        if (!mkdtemp(pattern.data())) {
            throw Error(Finding{parent.string(), "folder", std::strerror(errno), "a folder that can be written"});
        }
        path_ = pattern;
        lock_.emplace(path_);
    }
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::vector<fs::path> TempFolder::list(const fs::path &parent, const std::string &prefix) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.size() == prefix.size() + std::strlen(random_part) && name.compare(0, prefix.size(), prefix) == 0) {
            folders.push_back(entry->path());
        }
    }
    return folders;
}

void TempFolder::remove_abandoned(const fs::path &parent, const std::string &prefix) {
    for (const fs::path &folder : list(parent, prefix)) {
        if (const FolderLock lock(folder); lock.held()) {
            std::error_code ignored;
            fs::remove_all(folder, ignored);
        }
    }
}

} // namespace nibble
