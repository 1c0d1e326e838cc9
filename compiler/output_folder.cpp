// SPDX-License-Identifier: Apache-2.0
#include "compiler/output_folder.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <set>
#include <sstream>
#include <system_error>

#include <unistd.h>

#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

// A stage holds new/ (outputs to be), old/ (earlier ones, on their way out) and, once new/ is whole, the file `commit`:
// the names of earlier outputs that have no successor.
constexpr const char *stage_prefix = ".nibble-";
fs::path new_folder(const fs::path &stage) { return stage / "new"; }
fs::path old_folder(const fs::path &stage) { return stage / "old"; }
fs::path commit_file(const fs::path &stage) { return stage / "commit"; }

std::set<std::string> names_in(const fs::path &folder) {
    std::set<std::string> names;
    for (const auto &entry : fs::directory_iterator(folder)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

/// Whether there is nothing but what a stage holds.
bool is_stage(const fs::path &folder) {
    static const std::set<std::string> parts = {"commit", "commit.new", "new", "old"};
    const std::set<std::string> found = names_in(folder);
    return std::includes(parts.begin(), parts.end(), found.begin(), found.end());
}

/// The names on the lines of a file, without any that leads elsewhere.
std::set<std::string> names_on_lines(const fs::path &file) {
    std::set<std::string> names;
    std::istringstream text(read_file(file));
    for (std::string line; std::getline(text, line);) {
        if (!line.empty() && line != "." && line != ".." && fs::path(line).filename() == line) {
            names.insert(line);
        }
    }
    return names;
}

/// A list of moves that can be undone.
class Moves {
public:
    void move(const fs::path &from, const fs::path &to) {
        fs::rename(from, to);
        done_.emplace_back(from, to);
    }

    void undo() {
        std::error_code ignored;
        for (auto step = done_.rbegin(); step != done_.rend(); ++step) {
            fs::rename(step->second, step->first, ignored);
        }
    }

private:
    std::vector<std::pair<fs::path, fs::path>> done_;
};

/// Moves a stage's outputs into the folder, or those that are still there where an earlier call was interrupted.
void move_into_place(const fs::path &stage, const fs::path &folder, Moves &moves) {
    const std::set<std::string> fresh = names_in(new_folder(stage));
    std::set<std::string> names = names_on_lines(commit_file(stage));
    names.insert(fresh.begin(), fresh.end());
    for (const std::string &name : names) {
        if (fs::exists(fs::symlink_status(folder / name))) {
            moves.move(folder / name, old_folder(stage) / name);
        }
        if (fresh.count(name)) {
            moves.move(new_folder(stage) / name, folder / name);
        }
    }
}

Error no_place(const fs::filesystem_error &failure) {
    const fs::path &path = failure.path2().empty() ? failure.path1() : failure.path2();
    return Error(Finding{path.string(), "--out", failure.code().message(), "a place for this output"});
}

/// One process at a time moves outputs into a folder. That takes milliseconds: whoever has the lock for long is no
/// gen_kernels. On a file system without locks it goes on without.
class MovingTurn {
public:
    explicit MovingTurn(const fs::path &folder) : lock_(fs::weakly_canonical(folder), std::chrono::seconds(10)) {
        if (lock_.busy()) {
            throw Error(
                Finding{folder.string(), "--out", "a lock that another process holds", "a folder that is free"});
        }
    }

private:
    FolderLock lock_;
};

} // namespace

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

void finish_interrupted_outputs(const fs::path &folder) {
    for (const fs::path &stage : TempFolder::list(folder, stage_prefix)) {
        const FolderLock lock(stage);
        try {
            if (!lock.held() || !is_stage(stage)) {
                continue;
            }
            if (fs::exists(commit_file(stage))) {
                const MovingTurn turn(folder);
                Moves moves;
                move_into_place(stage, folder, moves);
            }
            fs::remove_all(stage);
        } catch (const fs::filesystem_error &failure) {
            throw no_place(failure);
        }
    }
}

OutputFolder::OutputFolder(const fs::path &folder) : folder_(fs::absolute(folder).lexically_normal()) {
    try {
        make_folder();
        finish_interrupted_outputs(folder_);
        stage_.emplace(folder_, stage_prefix);
        fs::create_directory(staging());
        fs::create_directory(old_folder(stage_->path()));
    } catch (const fs::filesystem_error &failure) {
        stage_.reset();
        remove_made_folders();
        throw Error(Finding{folder_.string(), "--out", failure.code().message(), "a folder that can be written"});
    } catch (const Error &) {
        remove_made_folders();
        throw;
    }
}

void OutputFolder::make_folder() {
    std::error_code error;
    for (fs::path path = folder_; !fs::exists(path, error) && path.has_relative_path(); path = path.parent_path()) {
        made_ = path;
    }
    fs::create_directories(folder_);
}

OutputFolder::~OutputFolder() {
    stage_.reset();
    remove_made_folders();
}

/// Folders only, and only while they are empty: another process may have put something there meanwhile.
void OutputFolder::remove_made_folders() {
    std::error_code error;
    for (fs::path path = folder_; !made_.empty() && path != made_.parent_path() && !error; path = path.parent_path()) {
        fs::remove(path, error);
    }
}

fs::path OutputFolder::staging() const { return new_folder(stage_->path()); }

void OutputFolder::commit(const std::vector<std::string> &stale) {
    const fs::path &stage = stage_->path();
    const std::set<std::string> fresh = names_in(staging());
    std::string without_successor;
    for (const std::string &name : stale) {
        without_successor += fresh.count(name) ? "" : name + "\n";
    }
    write_file(stage / "commit.new", without_successor);
    const MovingTurn turn(folder_);
    Moves moves;
    try {
        moves.move(stage / "commit.new", commit_file(stage));
        move_into_place(stage, folder_, moves);
    } catch (const fs::filesystem_error &failure) {
        moves.undo();
        throw no_place(failure);
    }
    made_.clear();
}

} // namespace nibble
