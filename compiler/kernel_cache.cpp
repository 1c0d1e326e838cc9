// SPDX-License-Identifier: Apache-2.0
#include "compiler/kernel_cache.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "compiler/files.h"
#include "compiler/hash.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

/// Entries on their way into the cache.
constexpr const char *new_prefix = ".new-";

struct Entry {
    fs::path folder;
    fs::file_time_type used;
    uint64_t bytes = 0;
};

std::vector<Entry> list_entries(const fs::path &folder) {
    std::vector<Entry> entries;
    std::error_code error;
    for (const auto &item : fs::directory_iterator(folder, error)) {
        if (item.path().filename().string().rfind(new_prefix, 0) == 0) {
            continue;
        }
        Entry entry{item.path(), fs::last_write_time(item.path(), error), 0};
        for (const auto &file : fs::directory_iterator(item.path(), error)) {
            const auto size = file.file_size(error);
            entry.bytes += error ? 0 : size;
        }
        entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.used < b.used; });
    return entries;
}

void copy_files(const std::vector<std::string> &files, const fs::path &from, const fs::path &to) {
    for (const std::string &file : files) {
        fs::copy_file(from / file, to / file, fs::copy_options::overwrite_existing);
    }
}

} // namespace

fs::path KernelCache::default_folder() {
    const auto variable = [](const char *name) -> fs::path {
        const char *value = std::getenv(name);
        return value ? value : "";
    };
    if (const fs::path folder = variable("NIBBLE_CACHE"); !folder.empty()) {
        return folder;
    }
    if (const fs::path folder = variable("XDG_CACHE_HOME"); !folder.empty()) {
        return folder / "nibble";
    }
    const fs::path home = variable("HOME");
    return home.empty() ? home : home / ".cache" / "nibble";
}

KernelCache::KernelCache(const fs::path &folder, uint64_t limit) : folder_(folder / "kernels"), limit_(limit) {
    std::error_code error;
    if (folder.empty()) {
        problem_ = "no folder for it: NIBBLE_CACHE, XDG_CACHE_HOME and HOME are not set";
    } else if (fs::create_directories(folder_, error); error) {
        problem_ = folder_.string() + ": " + error.message();
    } else if (access(folder_.c_str(), W_OK | X_OK) != 0) {
        problem_ = folder_.string() + ": not writable";
    }
    if (problem_ && !fs::is_directory(folder_, error)) {
        folder_.clear();
    }
}

fs::path KernelCache::notes_folder() const { return problem_ ? fs::path() : folder_.parent_path() / "fingerprints"; }

bool KernelCache::fetch(const std::string &key, const std::vector<std::string> &files, const fs::path &folder) const {
    if (folder_.empty()) {
        return false;
    }
    try {
        copy_files(files, folder_ / key, folder);
        for (const std::string &file : files) {
            if (fs::file_size(folder / file) == 0) {
                return false;
            }
        }
    } catch (const fs::filesystem_error &) {
        return false;
    }
    std::error_code ignored;
    fs::last_write_time(folder_ / key, fs::file_time_type::clock::now(), ignored);
    return true;
}

void KernelCache::keep(const std::string &key, const std::vector<std::string> &files, const fs::path &folder) const {
    if (folder_.empty() || problem_) {
        return;
    }
    try {
        const TempFolder staged(folder_, new_prefix);
        fs::create_directory(staged.path() / "entry");
        copy_files(files, folder, staged.path() / "entry");
        std::error_code taken;
        fs::rename(staged.path() / "entry", folder_ / key, taken);
        if (taken) { // by a build that was faster, or by an entry that a fetch found damaged: ours is good
            fs::rename(folder_ / key, staged.path() / "old");
            fs::rename(staged.path() / "entry", folder_ / key);
        }
    } catch (const std::exception &) {
        return; // a cache that is full or was removed meanwhile costs time, not the build
    }
}

void KernelCache::prune() const {
    if (folder_.empty() || problem_) {
        return;
    }
    TempFolder::remove_abandoned(folder_, new_prefix);
    TempFolder::remove_abandoned(notes_folder(), new_prefix);
    const std::vector<Entry> entries = list_entries(folder_);
    uint64_t total = 0;
    for (const Entry &entry : entries) {
        total += entry.bytes;
    }
    for (const Entry &entry : entries) {
        if (total <= limit_) {
            return;
        }
        std::error_code ignored;
        fs::remove_all(entry.folder, ignored);
        total -= entry.bytes;
    }
}

std::string file_fingerprint(const fs::path &file, const fs::path &notes) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    const auto time = error ? fs::file_time_type() : fs::last_write_time(file, error);
    if (error) {
        throw Error(Finding{file.string(), "file", error.message(), "a readable file"});
    }
    if (notes.empty()) {
        return sha256(read_file(file));
    }
    const std::string state = fmt::format("{} {}\n", size, time.time_since_epoch().count());
    const fs::path note = notes / sha256(fs::absolute(file).string());
    if (fs::exists(note, error)) {
        const std::string known = read_file(note);
        if (known.size() == state.size() + 64 && known.compare(0, state.size(), state) == 0) {
            return known.substr(state.size());
        }
    }
    const std::string fingerprint = sha256(read_file(file));
    try {
        fs::create_directories(note.parent_path());
        const TempFolder staged(note.parent_path(), new_prefix);
        write_file(staged.path() / "note", state + fingerprint);
        fs::rename(staged.path() / "note", note);
    } catch (const std::exception &) {
        return fingerprint; // only slower the next time
    }
    return fingerprint;
}

} // namespace nibble
