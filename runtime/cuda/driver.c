/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cuda/driver.h"

#include <dlfcn.h>

#include "runtime/plan.h"

enum { capability_major = 75, capability_minor = 76 }; /* of CUdevice_attribute */

/* POSIX has dlsym return functions as void *. */
static int find(void *library, const char *symbol, void *function) {
    *(void **)function = dlsym(library, symbol);
    return *(void **)function != NULL;
}

int nibble_cuda_load_driver(nibble_cuda_driver *driver) {
    int devices = 0;
    driver->library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (driver->library == NULL) {
        return 0;
    }
    int complete = 1;
#define NIBBLE_CUDA_FIND(name, symbol, parameters) complete &= find(driver->library, symbol, &driver->name);
    NIBBLE_CUDA_FUNCTIONS(NIBBLE_CUDA_FIND)
#undef NIBBLE_CUDA_FIND
    if (complete && driver->init(0) == 0 && driver->device_count(&devices) == 0 && devices > 0) {
        return 1;
    }
    nibble_cuda_unload_driver(driver);
    return 0;
}

void nibble_cuda_unload_driver(nibble_cuda_driver *driver) { dlclose(driver->library); }

/* Ten times the device's compute capability, 80 for 8.0; 0 where it is unknown. */
static int capability_of(const nibble_cuda_driver *driver, int device) {
    int major = 0, minor = 0;
    const int failed = driver->device_attribute(&major, capability_major, device) != 0 ||
                       driver->device_attribute(&minor, capability_minor, device) != 0;
    return failed ? 0 : 10 * major + minor;
}

int nibble_cuda_supports(uint64_t cpu_features, int capability) {
    nibble_cuda_driver driver;
    if (!nibble_cpu_supports(cpu_features) || !nibble_cuda_load_driver(&driver)) {
        return 0;
    }
    const int found = capability_of(&driver, 0);
    nibble_cuda_unload_driver(&driver);
    return found >= capability;
}
