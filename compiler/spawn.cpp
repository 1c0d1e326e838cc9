// SPDX-License-Identifier: Apache-2.0
#include "compiler/spawn.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.h"

extern char **environ;

namespace nibble {

Pipe::Pipe(const std::string &program) {
    if (pipe2(ends_, O_CLOEXEC) != 0) {
        throw Error(Finding{program, "pipe", std::strerror(errno), "a free file descriptor"});
    }
}

Pipe::~Pipe() {
    for (const int end : ends_) {
        if (end >= 0) {
            close(end);
        }
    }
}

int Pipe::take(int index) {
    const int taken = ends_[index];
    ends_[index] = -1;
    return taken;
}

pid_t spawn(const std::vector<std::string> &arguments, const SpawnActions &actions) {
    std::vector<char *> argv;
    for (const std::string &argument : arguments) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int status = posix_spawnp(&pid, argv[0], &actions.actions, nullptr, argv.data(), environ);
    if (status != 0) {
        throw Error(Finding{arguments[0], "program", std::strerror(status), "a program that can be run"});
    }
    return pid;
}

ProcessResult wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    ProcessResult result;
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return result;
}

} // namespace nibble
