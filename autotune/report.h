// The roofline report: one self-contained HTML page from a manifest and a target's nominal roofs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include <nlohmann/json.hpp>

#include "compiler/target.h"

namespace nibble {

/// Writes report.html: the target's roofs (log-log) with each layer as a point at its arithmetic intensity, a summary
/// of the model and a sortable table of its layers. The page needs no other file and no network, and the same manifest
/// gives the same bytes. Every string of the manifest is escaped. Throws nlohmann::json::exception where a key below is
/// missing or of another type.
///
/// Keys of the manifest that the report reads:
///
///   nibble         version of gen_kernels, a string
///   name, target   of the library
///   scratch_bytes  activations and staging
///   arena          { bytes, largest_live_bytes, blocks }: activations' memory; a block is { tensors (names), offset,
///                  bytes, first, last (positions in kernels, both inclusive) }
///   vtcm           { bytes, saved_bytes, blocks }: activations in VTCM beside kernels' staging, blocks as of the arena
///   off_chip_bytes  between memory off the chip and the caches, modelled
///   vtcm_bytes, stack_bytes
///   inputs, outputs  of the graph: array of { index, name, shape, dtype }
///   kernels        one a layer, in the order they run:
///     layer        the layer's name; also the C function <name>_<layer>
///     operator     row of the operator table
///     src, dst     activations: array of { index, name, shape, dtype }; index as in run_model's t<index>.npy
///     types        operand types as in a kernel's name: "qs8_qc8w"
///     lowering, schedule   which algorithm, and whose schedule (family)
///     tile         object, parameter -> integer
///     tile_origin  "default", "record" or "model"
///     fused        names of operators that this kernel took in
///     requantize   which form: "q31", ..., "none"
///     requantize_channels  null, or { f32, q31 }: how many channels have which
///     in_place     null, or the src that dst is written over
///     listing      null, or the kernel's page (report_listing.h), relative to the report
///     staging      what it has in VTCM: array of { operand, bytes, buffers, next_in }
///     off_chip     { src, dst, weights, saved }: its part of off_chip_bytes, and what more it would be without staging
///     scratch_bytes, vtcm_bytes, vtcm_offset (in <name>_run), stack_bytes, packed_weight_bytes
///   and from roofline_entry():
///     macs           nominal multiply-adds of one call
///     operand_types  of the multiply-adds: a key of the target's macs_per_cycle
///     bytes          { src, dst, weights, staged, vtcm }: compulsory traffic, each byte once; of it what goes through
///     VTCM, and
///                    what is copied there in all
///     requantized    outputs that go from s32 to a narrower type
///     memory         { level, bytes }: where that traffic comes from
///     intensity      macs per byte
///     bound_us       the least time at the target's nominal clock
///     binding        which resource says so: "u8s8 MACs", "requantise", "L2 read"
///     measured       null, or from a record { cost, default_cost, unit, points, machine, tried }:
///     autotune/tile_choice.h
void write_report(const nlohmann::json &manifest, const TargetFacts &target, std::ostream &out);

} // namespace nibble
