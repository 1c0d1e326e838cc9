// Names what is in a 32 x 32 picture: classify_picture FILE.ppm.
// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "resnet8.h"

enum { PIXEL_BYTES = 32 * 32 * 3, CLASSES = 10 };

static const char *const labels[CLASSES] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                            "dog",      "frog",       "horse", "ship", "truck"};

/// Reads a binary PPM file as int8 [32][32][3], 128 less than its bytes. 0 where it is none of this size.
static int read_picture(const char *path, int8_t pixels[PIXEL_BYTES]) {
    unsigned char bytes[PIXEL_BYTES];
    int width = 0, height = 0, maximum = 0;
    FILE *file = fopen(path, "rb");
    if (!file) {
        return 0;
    }
    const int header = fscanf(file, "P6 %d %d %d", &width, &height, &maximum) == 3 && fgetc(file) != EOF;
    const int ok =
        header && width == 32 && height == 32 && maximum == 255 && fread(bytes, 1, sizeof bytes, file) == sizeof bytes;
    fclose(file);
    for (int i = 0; ok && i < PIXEL_BYTES; ++i) {
        pixels[i] = (int8_t)(bytes[i] - 128);
    }
    return ok;
}

/// 0, or a nibble_status.
static int classify(const int8_t pixels[PIXEL_BYTES], int8_t scores[CLASSES]) {
    const void *inputs[] = {pixels};
    void *outputs[] = {scores};
    nibble_context context = {0};
    context.size = sizeof context;
    context.abi_version = NIBBLE_ABI_VERSION;
    context.scratch_bytes = RESNET8_SCRATCH_BYTES;
    context.scratch = aligned_alloc(NIBBLE_ARENA_ALIGNMENT, RESNET8_SCRATCH_BYTES);
    const int status = resnet8_run(&context, inputs, outputs);
    free(context.scratch);
    return status;
}

int main(int argc, char **argv) {
    int8_t pixels[PIXEL_BYTES], scores[CLASSES];
    if (argc != 2 || !read_picture(argv[1], pixels)) {
        fprintf(stderr, "usage: classify_picture FILE.ppm (32 x 32, 8 bits)\n");
        return 2;
    }
    const int status = classify(pixels, scores);
    if (status != NIBBLE_OK) {
        fprintf(stderr, "classify_picture: %s\n", nibble_status_string(status));
        return 1;
    }
    int best = 0;
    for (int i = 1; i < CLASSES; ++i) {
        best = scores[i] > scores[best] ? i : best;
    }
    // Scores are softmax with scale 1/256 and zero point -128.
    printf("%s (%.3f)\n", labels[best], (scores[best] + 128) / 256.0);
    return 0;
}
