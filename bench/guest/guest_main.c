/* Says hello and passes the host's requests on, until there are no more. SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

enum { BAD_REQUEST = 2 }; /* exit status */

int nibble_guest_read_all(void *to, size_t bytes) { return nibble_guest_read(to, bytes) == bytes; }

void nibble_guest_expect(int condition) {
    if (!condition) {
        nibble_guest_exit(BAD_REQUEST);
    }
}

void nibble_guest_main(void) {
    const uint64_t hello = nibble_guest_hello();
    nibble_guest_write(&hello, sizeof hello);
    uint64_t request[NIBBLE_GUEST_REQUEST_WORDS];
    while (nibble_guest_read_all(request, sizeof request)) {
        nibble_guest_serve(request);
    }
    nibble_guest_exit(0);
}
