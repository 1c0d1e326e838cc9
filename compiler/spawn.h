// Starts a program with descriptors of the caller's choice, and waits for its end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <spawn.h>
#include <sys/types.h>

#include "compiler/process.h"

namespace nibble {

struct SpawnActions {
    posix_spawn_file_actions_t actions;
    SpawnActions() { posix_spawn_file_actions_init(&actions); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&actions); }
    SpawnActions(const SpawnActions &) = delete;
    SpawnActions &operator=(const SpawnActions &) = delete;
};

/// A pipe that programs do not inherit. Its ends, the one to read from first, are closed at the end of the scope unless
/// they were taken.
class Pipe {
public:
    /// Throws Error, which names the program it is for.
    explicit Pipe(const std::string &program);
    ~Pipe();
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;

    int end(int index) const { return ends_[index]; }
    int take(int index);

private:
    int ends_[2] = {-1, -1};
};

/// Starts arguments[0], searched in PATH where it has no slash. Throws Error.
pid_t spawn(const std::vector<std::string> &arguments, const SpawnActions &);

/// How it ended; nothing in `error`.
ProcessResult wait_for(pid_t);

} // namespace nibble
