// SPDX-License-Identifier: Apache-2.0
#include "bench/piped_process.h"

#include <cerrno>
#include <csignal>

#include <unistd.h>

#include "compiler/spawn.h"
#include "model/error.h"

namespace nibble {

PipedProcess::PipedProcess(const std::vector<std::string> &arguments) : name_(arguments.at(0)) {
    // A program that has ended is an error to report, not a signal to die of.
    std::signal(SIGPIPE, SIG_IGN);
    Pipe input(name_), output(name_);
    SpawnActions spawned;
    posix_spawn_file_actions_adddup2(&spawned.actions, input.end(0), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&spawned.actions, output.end(1), STDOUT_FILENO);
    pid_ = spawn(arguments, spawned);
    input_ = input.take(1);
    output_ = output.take(0);
}

PipedProcess::~PipedProcess() {
    wait();
    if (output_ >= 0) {
        close(output_);
    }
}

ProcessResult PipedProcess::wait() {
    if (input_ >= 0) {
        close(input_);
        input_ = -1;
    }
    const pid_t pid = pid_;
    pid_ = -1;
    return pid > 0 ? wait_for(pid) : ProcessResult();
}

void PipedProcess::fail() { throw Error(Finding{name_, "run", wait().describe(), "an answer"}); }

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
