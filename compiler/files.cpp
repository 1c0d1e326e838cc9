// SPDX-License-Identifier: Apache-2.0
#include "compiler/files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <system_error>

#include <unistd.h>

#include "model/error.h"

namespace nibble {

namespace fs = std::filesystem;

void write_file(const fs::path &file, std::string_view bytes) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) {
        throw Error(Finding{file.string(), "file", std::strerror(errno), "a file that can be written"});
    }
}

TempFolder::TempFolder(const fs::path &parent, const std::string &prefix) {
    std::string pattern = (parent / (prefix + "XXXXXX")).string();
    if (!mkdtemp(pattern.data())) {
        throw Error(Finding{parent.string(), "folder", std::strerror(errno), "a folder that can be written"});
    }
    path_ = pattern;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void check_writable(const fs::path &folder) {
    std::error_code error;
    fs::path existing = fs::absolute(folder).lexically_normal();
    while (!fs::exists(fs::symlink_status(existing, error)) && existing.has_relative_path()) {
        existing = existing.parent_path();
    }
    if (!fs::is_directory(existing, error)) {
        throw Error(Finding{existing.string(), "--out", "not a folder", "a folder that can be written"});
    }
    if (access(existing.c_str(), W_OK | X_OK) != 0) {
        throw Error(Finding{existing.string(), "--out", std::strerror(errno), "a folder that can be written"});
    }
}

OutputFolder::OutputFolder(const fs::path &folder) : folder_(fs::absolute(folder).lexically_normal()) {
    std::error_code error;
    for (fs::path path = folder_; !fs::exists(path, error) && path.has_relative_path(); path = path.parent_path()) {
        made_ = path;
    }
    fs::create_directories(folder_, error);
    if (error) {
        remove_made_folders();
        throw Error(Finding{folder_.string(), "--out", error.message(), "a folder that can be written"});
    }
    std::string pattern = (folder_ / ".nibble-XXXXXX").string();
    if (!mkdtemp(pattern.data())) {
        const std::string reason = std::strerror(errno);
        remove_made_folders();
        throw Error(Finding{folder_.string(), "--out", reason, "a folder that can be written"});
    }
    stage_ = pattern;
    fs::create_directory(staging());
    fs::create_directory(stage_ / "old");
}

OutputFolder::~OutputFolder() {
    std::error_code ignored;
    fs::remove_all(stage_, ignored);
    remove_made_folders();
}

/// Folders only, and only while they are empty: another process may have put something there meanwhile.
void OutputFolder::remove_made_folders() {
    std::error_code error;
    for (fs::path path = folder_; !made_.empty() && path != made_.parent_path() && !error; path = path.parent_path()) {
        fs::remove(path, error);
    }
}

fs::path OutputFolder::staging() const { return stage_ / "new"; }

void OutputFolder::commit(const std::vector<std::string> &stale) {
    std::set<std::string> fresh;
    for (const auto &entry : fs::directory_iterator(staging())) {
        fresh.insert(entry.path().filename().string());
    }
    std::set<std::string> names = fresh;
    names.insert(stale.begin(), stale.end());

    std::vector<std::pair<fs::path, fs::path>> done;
    const auto move = [&](const fs::path &from, const fs::path &to) {
        fs::rename(from, to);
        done.emplace_back(from, to);
    };
    try {
        for (const std::string &name : names) {
            if (fs::exists(fs::symlink_status(folder_ / name))) {
                move(folder_ / name, stage_ / "old" / name);
            }
            if (fresh.count(name)) {
                move(staging() / name, folder_ / name);
            }
        }
    } catch (const fs::filesystem_error &failure) {
        std::error_code ignored;
        for (auto step = done.rbegin(); step != done.rend(); ++step) {
            fs::rename(step->second, step->first, ignored);
        }
        throw Error(Finding{failure.path2().string(), "--out", failure.code().message(), "a place for this output"});
    }
    made_.clear();
}

} // namespace nibble
