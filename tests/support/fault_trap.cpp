// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_trap.h"

#include <array>
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <vector>

#include <ucontext.h>

namespace nibble::test {

namespace {

constexpr std::array<int, 4> trapped_signals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
constexpr size_t handler_stack_bytes = 64 * 1024;

// A signal handler reaches nothing but globals.
sigjmp_buf trap_exit;
Fault trap_fault;
const std::function<void()> *trap_body;

void leave_trap(int signal, siginfo_t *info, void *) {
    trap_fault = {signal, info->si_addr};
    siglongjmp(trap_exit, 1);
}

void enter_body() { (*trap_body)(); }

/// Handles the signals while it lives, on a stack that an overflow leaves usable.
class Handlers {
public:
    Handlers() : memory_(handler_stack_bytes) {
        stack_t stack = {};
        stack.ss_sp = memory_.data();
        stack.ss_size = memory_.size();
        sigaltstack(&stack, &old_stack_);
        struct sigaction action = {};
        action.sa_sigaction = leave_trap;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        for (size_t i = 0; i < trapped_signals.size(); ++i) {
            sigaction(trapped_signals[i], &action, &old_actions_[i]);
        }
    }
    ~Handlers() {
        for (size_t i = 0; i < trapped_signals.size(); ++i) {
            sigaction(trapped_signals[i], &old_actions_[i], nullptr);
        }
        sigaltstack(&old_stack_, nullptr);
    }
    Handlers(const Handlers &) = delete;
    Handlers &operator=(const Handlers &) = delete;

private:
    std::vector<char> memory_;
    stack_t old_stack_ = {};
    std::array<struct sigaction, trapped_signals.size()> old_actions_ = {};
};

} // namespace

std::optional<Fault> run_trapped(const std::function<void()> &body, const GuardedMemory &stack) {
    const Handlers handlers;
    ucontext_t caller, callee;
    if (getcontext(&callee) != 0) {
        throw std::system_error(errno, std::generic_category(), "getcontext");
    }
    callee.uc_stack.ss_sp = stack.data();
    callee.uc_stack.ss_size = stack.bytes();
    callee.uc_link = &caller;
    makecontext(&callee, enter_body, 0);
    trap_body = &body;
    if (sigsetjmp(trap_exit, 1) != 0) {
        return trap_fault;
    }
    if (swapcontext(&caller, &callee) != 0) {
        throw std::system_error(errno, std::generic_category(), "swapcontext");
    }
    return std::nullopt;
}

} // namespace nibble::test
