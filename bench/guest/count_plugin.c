/* Counts how often each instruction of an emulated program runs: a plugin of QEMU's user mode, interface version 1.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   qemu-aarch64 -plugin libnibble_count.so,out=FILE PROGRAM
 *
 * At the end FILE gets a line "<address> <count>", both decimal, for every instruction of every block that was
 * translated; blocks overlap, and an instruction may have several lines. Debian's package has no header for plugins, so
 * what the interface consists of is declared here. */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { ADD_U64 = 0 };

extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t,
                                                  void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int operation, void *counter,
                                                     uint64_t addend);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);

EXPORT int qemu_plugin_version = 1;

typedef struct Block {
    struct Block *next;
    uint64_t runs;
    size_t count;
    uint64_t addresses[];
} Block;

static Block *blocks;
static const char *file_name;

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    const size_t count = qemu_plugin_tb_n_insns(tb);
    Block *block = (Block *)calloc(1, sizeof(Block) + count * sizeof(uint64_t));
    if (block == NULL) {
        return;
    }
    block->count = count;
    for (size_t i = 0; i < count; ++i) {
        block->addresses[i] = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i));
    }
    block->next = blocks;
    blocks = block;
    qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &block->runs, 1);
}

static void at_exit(qemu_plugin_id_t id, void *data) {
    (void)id;
    (void)data;
    FILE *file = fopen(file_name, "w");
    for (const Block *block = blocks; file != NULL && block != NULL; block = block->next) {
        for (size_t i = 0; block->runs > 0 && i < block->count; ++i) {
            fprintf(file, "%" PRIu64 " %" PRIu64 "\n", block->addresses[i], block->runs);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *machine, int argc, char **argv) {
    (void)machine;
    for (int i = 0; i < argc; ++i) {
        if (strncmp(argv[i], "out=", 4) == 0) {
            file_name = strdup(argv[i] + 4);
        }
    }
    if (file_name == NULL) {
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
