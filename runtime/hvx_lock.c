/* HVX is always there, unless the program says otherwise. SPDX-License-Identifier: Apache-2.0 */
#include "hvx_lock.h"

__attribute__((weak)) int nibble_hvx_lock(const nibble_context *context) {
    (void)context;
    return 0;
}

__attribute__((weak)) int nibble_hvx_unlock(const nibble_context *context) {
    (void)context;
    return 0;
}
