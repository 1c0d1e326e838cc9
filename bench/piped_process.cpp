// SPDX-License-Identifier: Apache-2.0
#include "bench/piped_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.h"

extern char **environ;

namespace nibble {
namespace {

/// Both ends of a pipe, closed at the end of the scope unless they are taken.
struct Pipe {
    int ends[2] = {-1, -1};

    explicit Pipe(const std::string &program) {
        if (pipe2(ends, O_CLOEXEC) != 0) {
            throw Error(Finding{program, "pipe", std::strerror(errno), "a free file descriptor"});
        }
    }
    ~Pipe() {
        for (const int end : ends) {
            if (end >= 0) {
                close(end);
            }
        }
    }
    int take(int end) {
        const int taken = ends[end];
        ends[end] = -1;
        return taken;
    }
};

} // namespace

PipedProcess::PipedProcess(const std::vector<std::string> &arguments) : name_(arguments.at(0)) {
    // A program that has ended is an error to report, not a signal to die of.
    std::signal(SIGPIPE, SIG_IGN);
    Pipe input(name_), output(name_);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input.ends[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDOUT_FILENO);
    std::vector<char *> argv;
    for (const std::string &argument : arguments) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const int status = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) {
        throw Error(Finding{name_, "program", std::strerror(status), "a program that can be run"});
    }
    input_ = input.take(1);
    output_ = output.take(0);
}

PipedProcess::~PipedProcess() {
    wait();
    if (output_ >= 0) {
        close(output_);
    }
}

int PipedProcess::wait() {
    if (input_ >= 0) {
        close(input_);
        input_ = -1;
    }
    int status = 0;
    if (pid_ > 0) {
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
    }
    return status;
}

void PipedProcess::fail() {
    const int status = wait();
    const std::string end = WIFSIGNALED(status)
                                ? fmt::format("ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                                : fmt::format("exit status {}", WEXITSTATUS(status));
    throw Error(Finding{name_, "run", end, "an answer"});
}

void PipedProcess::write(const void *from, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        const ssize_t count = ::write(input_, static_cast<const char *>(from) + done, bytes - done);
        if (count < 0 && errno != EINTR) {
            fail();
        }
        done += count > 0 ? static_cast<size_t>(count) : 0;
    }
}

void PipedProcess::read(void *to, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        const ssize_t count = ::read(output_, static_cast<char *>(to) + done, bytes - done);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            fail();
        }
        done += count > 0 ? static_cast<size_t>(count) : 0;
    }
}

} // namespace nibble
