/* The hooks around code that uses HVX, for programs whose operating system hands its registers out.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NIBBLE_RUNTIME_HVX_LOCK_H_
#define NIBBLE_RUNTIME_HVX_LOCK_H_

#include "nibble.h"

/* Called on the thread that is to run a kernel, or a task of a parallel loop, before its first vector instruction and
 * after its last one. 0, or what the kernel then reports as NIBBLE_ERROR_KERNEL. The library's own, which are weak, do
 * nothing: a program may define its own. */
int nibble_hvx_lock(const nibble_context *context);
int nibble_hvx_unlock(const nibble_context *context);

#endif
