// Tensors one after the other along a dimension: a copy of each, or a look-up in a table where it has another scale.
// SPDX-License-Identifier: Apache-2.0
//
//   dst(w0 + ... + w(s-1) + i, row) = src_s(i, row), or table_s(src_s(i, row)), for each source s in turn
#include "generators/kernel.h"

namespace nibble {
namespace {

using namespace Halide;

class Concat : public Kernel<Concat> {
public:
    static constexpr const char *operator_name = "concat";

    Output<Buffer<void, 2>> dst{"dst"}; // element of a row, row

    void configure() {
        const Type type = UInt(at("bits"));
        for (int s = 0; s < at("sources"); s++) {
            sources.push_back(add_input<Buffer<>>("src" + std::to_string(s), type, 2));
        }
        for (int s = 0; s < at("sources"); s++) {
            const std::string number = std::to_string(s);
            tables.push_back(at("t" + number) != 0 ? add_input<Buffer<uint8_t, 1>>("table" + number) : nullptr);
        }
        dst.set_type(type);
    }

    void generate() {
        Var i("i"), row("row");
        dst(i, row) = undef(UInt(at("bits")));
        int begin = 0;
        for (size_t s = 0; s < sources.size(); s++) {
            const std::string number = std::to_string(s);
            const int width = at("w" + number);
            set_dense(*sources[s], {width, at("rows")});
            RDom source(0, width, "source" + number);
            dst(begin + source.x, row) = looked_up((*sources[s])(source.x, row), tables[s]);
            algorithm.domains["source" + number] = source;
            begin += width;
        }
        set_dense(dst, {begin, at("rows")});
        algorithm.funcs = {{"dst", dst}};
    }

private:
    using Table = Input<Buffer<uint8_t, 1>>;

    static Expr looked_up(const Expr &value, Table *table) {
        if (table == nullptr) {
            return value;
        }
        set_dense(*table, {256});
        return (*table)(cast<int32_t>(value));
    }

    std::vector<Input<Buffer<>> *> sources;
    std::vector<Table *> tables; // nullptr where there is none
};

} // namespace
} // namespace nibble

HALIDE_REGISTER_GENERATOR(nibble::Concat, concat)
