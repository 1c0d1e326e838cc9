// SPDX-License-Identifier: Apache-2.0
#include "schedules/hexagon/whole_vectors.h"

#include <algorithm>
#include <set>
#include <string>

#include "schedules/flat.h"

namespace nibble::hexagon {

using namespace Halide;
using namespace Halide::Internal;

namespace {

constexpr int vector_bytes = 128;

struct Piece {
    int begin, lanes;
};

/// Whole vectors first, then what scalar registers hold.
std::vector<Piece> pieces_of(const Type &type) {
    std::vector<Piece> pieces;
    for (int begin = 0; begin < type.lanes();) {
        const int left = type.lanes() - begin, whole = vector_bytes / type.bytes();
        const int lanes = left >= whole ? whole : std::min(left, scalar_bytes / type.bytes());
        pieces.push_back({begin, lanes});
        begin += lanes;
    }
    return pieces;
}

/// Whether the access is of a part of a vector; those of a scalar register are no vectors to LLVM.
bool is_part(const Type &type, const Expr &index, const Expr &predicate) {
    const auto *ramp = index.as<Ramp>();
    const int bytes = type.lanes() * type.bytes();
    return ramp != nullptr && is_const_one(ramp->stride) && is_const_one(predicate) && bytes > scalar_bytes &&
           bytes % vector_bytes != 0;
}

Expr index_of(const Expr &index, const Piece &piece) {
    const Expr first = index.as<Ramp>()->base + piece.begin;
    return piece.lanes == 1 ? first : Ramp::make(first, 1, piece.lanes);
}

ModulusRemainder alignment_of(const ModulusRemainder &alignment, const Piece &piece) {
    return alignment + ModulusRemainder(0, piece.begin);
}

class WholeVectors : public IRMutator {
protected:
    using IRMutator::visit;

    Stmt visit(const Allocate *op) override {
        scratch_.insert(op->name);
        const Stmt body = mutate(op->body);
        // Not as its padding: Halide takes loads there for unreachable.
        const int beyond = overread_.count(op->name) != 0 ? vector_bytes / op->type.bytes() : 0;
        const Expr elements = op->constant_allocation_size() + beyond;
        return Allocate::make(op->name, op->type, op->memory_type,
                              beyond == 0 ? op->extents : std::vector<Expr>{elements}, op->condition, body,
                              op->new_expr, op->free_function, op->padding);
    }

    Expr visit(const Load *op) override {
        if (!is_part(op->type, op->index, op->predicate)) {
            return IRMutator::visit(op);
        }
        const Expr index = mutate(op->index);
        if (scratch_.count(op->name) != 0) {
            return widened(op, index);
        }
        // As other types, of which Halide does not make one load again.
        const Type bits = op->type.is_uint() ? op->type.with_code(Type::Int) : op->type.with_code(Type::UInt);
        std::vector<Expr> loads;
        for (const Piece &piece : pieces_of(op->type)) {
            const Expr load = Load::make(op->type.with_lanes(piece.lanes), op->name, index_of(index, piece), op->image,
                                         op->param, const_true(piece.lanes), alignment_of(op->alignment, piece));
            loads.push_back(reinterpret(bits.with_lanes(piece.lanes), load));
        }
        return reinterpret(op->type, Shuffle::make_concat(loads));
    }

    Stmt visit(const Store *op) override {
        if (!is_part(op->value.type(), op->index, op->predicate)) {
            return IRMutator::visit(op);
        }
        const Expr index = mutate(op->index), value = mutate(op->value);
        const std::string name = unique_name("stored");
        const Expr stored = Variable::make(value.type(), name);
        std::vector<Stmt> stores;
        for (const Piece &piece : pieces_of(value.type())) {
            const Expr part = piece.lanes == 1 ? Shuffle::make_extract_element(stored, piece.begin)
                                               : Shuffle::make_slice(stored, piece.begin, 1, piece.lanes);
            stores.push_back(Store::make(op->name, part, index_of(index, piece), op->param, const_true(piece.lanes),
                                         alignment_of(op->alignment, piece)));
        }
        return LetStmt::make(name, value, Block::make(stores));
    }

private:
    /// Whole vectors, of which the last are partly beyond what is wanted.
    Expr widened(const Load *op, const Expr &index) {
        overread_.insert(op->name);
        const int whole = vector_bytes / op->type.bytes(), lanes = (op->type.lanes() + whole - 1) / whole * whole;
        const Expr load = Load::make(op->type.with_lanes(lanes), op->name, Ramp::make(index.as<Ramp>()->base, 1, lanes),
                                     op->image, op->param, const_true(lanes), op->alignment);
        return Shuffle::make_slice(load, 0, 1, op->type.lanes());
    }

    std::set<std::string> scratch_;  ///< the kernel's own memory
    std::set<std::string> overread_; ///< of it, what is read beyond its end
};

} // namespace

std::shared_ptr<IRMutator> whole_vectors() { return std::make_shared<WholeVectors>(); }

} // namespace nibble::hexagon
