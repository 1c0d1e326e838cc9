// SPDX-License-Identifier: Apache-2.0
#include "compiler/process.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "compiler/spawn.h"
#include "model/error.h"

namespace nibble {

namespace {

std::string read_all(int descriptor) {
    std::string text;
    char buffer[4096];
    for (;;) {
        const ssize_t count = read(descriptor, buffer, sizeof(buffer));
        if (count > 0) {
            text.append(buffer, static_cast<size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            return text;
        }
    }
}

pid_t start(const std::vector<std::string> &arguments, const std::filesystem::path &folder, int error_descriptor) {
    SpawnActions spawned;
    posix_spawn_file_actions_addopen(&spawned.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&spawned.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&spawned.actions, error_descriptor, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&spawned.actions, folder.c_str());
    return spawn(arguments, spawned);
}

} // namespace

std::string ProcessResult::describe() const {
    const std::string end = signal == 0 ? "exit status " + std::to_string(exit_code)
                                        : "ended by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
    const size_t last = error.find_last_not_of('\n');
    if (last == std::string::npos) {
        return end;
    }
    const std::string text = error.substr(0, last + 1);
    return end + ": " + text.substr(text.find_last_of('\n') + 1);
}

ProcessResult run_process(const std::vector<std::string> &arguments, const std::filesystem::path &folder) {
    Pipe error(arguments[0]);
    const pid_t pid = start(arguments, folder, error.end(1));
    close(error.take(1));
    const std::string text = read_all(error.end(0));
    ProcessResult result = wait_for(pid);
    result.error = text;
    return result;
}

void run_tool(const std::vector<std::string> &arguments, const std::filesystem::path &folder) {
    const ProcessResult result = run_process(arguments, folder);
    if (!result.ok()) {
        throw Error(Finding{arguments[0], "tool", result.describe(), "exit status 0"});
    }
}

} // namespace nibble
