// SPDX-License-Identifier: Apache-2.0
#include "compiler/process.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.h"

extern char **environ;

namespace nibble {

namespace {

struct SpawnActions {
    posix_spawn_file_actions_t actions;
    SpawnActions() { posix_spawn_file_actions_init(&actions); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&actions); }
};

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

pid_t spawn(const std::vector<std::string> &arguments, const std::filesystem::path &folder, int error_descriptor) {
    SpawnActions spawn;
    posix_spawn_file_actions_addopen(&spawn.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&spawn.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&spawn.actions, error_descriptor, STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&spawn.actions, folder.c_str());

    std::vector<char *> argv;
    for (const std::string &argument : arguments) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int status = posix_spawnp(&pid, argv[0], &spawn.actions, nullptr, argv.data(), environ);
    if (status != 0) {
        throw Error(Finding{arguments[0], "program", std::strerror(status), "a program that can be run"});
    }
    return pid;
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
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        throw Error(Finding{arguments[0], "pipe", std::strerror(errno), "a free file descriptor"});
    }
    pid_t pid = 0;
    try {
        pid = spawn(arguments, folder, ends[1]);
    } catch (...) {
        close(ends[0]);
        close(ends[1]);
        throw;
    }
    close(ends[1]);
    ProcessResult result;
    result.error = read_all(ends[0]);
    close(ends[0]);

    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return result;
}

void run_tool(const std::vector<std::string> &arguments, const std::filesystem::path &folder) {
    const ProcessResult result = run_process(arguments, folder);
    if (!result.ok()) {
        throw Error(Finding{arguments[0], "tool", result.describe(), "exit status 0"});
    }
}

} // namespace nibble
