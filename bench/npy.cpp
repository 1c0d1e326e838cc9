// SPDX-License-Identifier: Apache-2.0
#include "bench/npy.h"

#include <cctype>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/files.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr size_t header_alignment = 64;

constexpr std::pair<const char *, DType> descriptions[] = {
    {"|i1", DType::s8},  {"|u1", DType::u8},  {"<i2", DType::s16}, {"<u2", DType::u16},
    {"<i4", DType::s32}, {"<i8", DType::s64}, {"<f2", DType::f16}, {"<f4", DType::f32},
};

[[noreturn]] void refuse(const std::filesystem::path &file, const std::string &where, const std::string &found,
                         const std::string &expected) {
    throw Error(Finding{file.string(), where, found, expected});
}

/// Reads the header's dictionary, a Python literal: {'descr': '<f4', 'fortran_order': False, 'shape': (1, 10), }.
class HeaderParser {
public:
    HeaderParser(const std::filesystem::path &file, std::string_view text) : file_(file), text_(text) {}

    void parse(std::string &descr, bool &fortran, std::vector<int64_t> &shape) {
        bool has_descr = false, has_order = false, has_shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string key = quoted();
            expect(':');
            if (key == "descr") {
                descr = quoted();
                has_descr = true;
            } else if (key == "fortran_order") {
                fortran = truth();
                has_order = true;
            } else if (key == "shape") {
                shape = tuple();
                has_shape = true;
            } else {
                fail("key '" + key + "'");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (!has_descr || !has_order || !has_shape) {
            fail("a header without all of its keys");
        }
    }

private:
    [[noreturn]] void fail(const std::string &found) const {
        refuse(file_, fmt::format("header, character {}", at_), found,
               "a dictionary of descr, fortran_order and shape");
    }

    void skip_spaces() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) {
            ++at_;
        }
    }

    bool accept(char c) {
        skip_spaces();
        const bool there = at_ < text_.size() && text_[at_] == c;
        at_ += there ? 1 : 0;
        return there;
    }

    void expect(char c) {
        if (!accept(c)) {
            fail(at_ < text_.size() ? fmt::format("'{}' instead of '{}'", text_[at_], c) : "its end");
        }
    }

    std::string quoted() {
        expect('\'');
        const size_t end = text_.find('\'', at_);
        if (end == std::string_view::npos) {
            fail("its end");
        }
        std::string word(text_.substr(at_, end - at_));
        at_ = end + 1;
        return word;
    }

    bool truth() {
        skip_spaces();
        for (const auto &[word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
            if (text_.substr(at_, word.size()) == word) {
                at_ += word.size();
                return value;
            }
        }
        fail("neither True nor False");
    }

    std::vector<int64_t> tuple() {
        std::vector<int64_t> shape;
        expect('(');
        while (!accept(')')) {
            shape.push_back(number());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return shape;
    }

    int64_t number() {
        skip_spaces();
        int64_t value = 0;
        const size_t start = at_;
        for (; at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])); ++at_) {
            const int digit = text_[at_] - '0';
            if (value > (std::numeric_limits<int64_t>::max() - digit) / 10) {
                fail("a dimension beyond 64 bits");
            }
            value = value * 10 + digit;
        }
        if (at_ == start) {
            fail("no number");
        }
        return value;
    }

    const std::filesystem::path &file_;
    std::string_view text_;
    size_t at_ = 0;
};

DType dtype_of(const std::filesystem::path &file, const std::string &descr) {
    for (const auto &[known, dtype] : descriptions) {
        if (descr == known ||
            (descr.size() == 3 && descr.substr(1) == std::string_view(known).substr(1) && known[0] == '|')) {
            return dtype;
        }
    }
    refuse(file, "descr", "'" + descr + "'", "little-endian i1 u1 i2 u2 i4 i8 f2 or f4");
}

const char *descr_of(const std::filesystem::path &file, DType dtype) {
    for (const auto &[descr, known] : descriptions) {
        if (known == dtype) {
            return descr;
        }
    }
    refuse(file, "dtype", to_string(dtype), "a type that .npy has");
}

/// Bytes of the array, or nothing where they do not fit 63 bits.
std::optional<int64_t> byte_count(const std::vector<int64_t> &shape, DType dtype) {
    int64_t bytes = bits_of(dtype) / 8;
    for (const int64_t extent : shape) {
        if (__builtin_mul_overflow(bytes, extent, &bytes)) {
            return std::nullopt;
        }
    }
    return bytes;
}

/// The header's text and where the data begins.
std::pair<std::string_view, size_t> split_header(const std::filesystem::path &file, std::string_view bytes) {
    if (bytes.substr(0, magic.size()) != magic || bytes.size() < magic.size() + 2) {
        refuse(file, "offset 0", "another kind of file", "a .npy file");
    }
    const int major = static_cast<unsigned char>(bytes[magic.size()]);
    if (major < 1 || major > 3) {
        refuse(file, "format version", std::to_string(major), "1, 2 or 3");
    }
    const size_t length_bytes = major == 1 ? 2 : 4;
    const size_t start = magic.size() + 2 + length_bytes;
    size_t length = 0;
    for (size_t i = 0; i < length_bytes && start <= bytes.size(); ++i) {
        length |= static_cast<size_t>(static_cast<unsigned char>(bytes[magic.size() + 2 + i])) << (8 * i);
    }
    if (start > bytes.size() || length > bytes.size() - start) {
        refuse(file, "header", fmt::format("a file of {} bytes", bytes.size()), "a whole header");
    }
    return {bytes.substr(start, length), start + length};
}

} // namespace

NpyArray read_npy(const std::filesystem::path &file) {
    const std::string bytes = read_file(file);
    const auto [header, start] = split_header(file, bytes);
    NpyArray array;
    std::string descr;
    bool fortran = false;
    HeaderParser(file, header).parse(descr, fortran, array.shape);
    array.dtype = dtype_of(file, descr);
    if (fortran) {
        refuse(file, "fortran_order", "True", "False");
    }
    const std::optional<int64_t> expected = byte_count(array.shape, array.dtype);
    const size_t found = bytes.size() - start;
    if (!expected || static_cast<uint64_t>(*expected) != found) {
        refuse(file, "data", fmt::format("{} bytes", found),
               expected ? fmt::format("{} bytes for shape ({})", *expected, fmt::join(array.shape, ", "))
                        : fmt::format("a shape of less than 2^63 bytes, not ({})", fmt::join(array.shape, ", ")));
    }
    array.data.assign(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.end());
    return array;
}

void write_npy(const std::filesystem::path &file, const NpyArray &array) {
    const char *comma = array.shape.size() == 1 ? "," : "";
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                     descr_of(file, array.dtype), fmt::join(array.shape, ", "), comma);
    const size_t before = magic.size() + 4;
    const size_t padded = (before + header.size() + 1 + header_alignment - 1) / header_alignment * header_alignment;
    header.resize(padded - before - 1, ' ');
    header += '\n';
    std::string bytes(magic);
    bytes += {'\1', '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
    bytes += header;
    bytes.append(reinterpret_cast<const char *>(array.data.data()), array.data.size());
    write_file(file, bytes);
}

} // namespace nibble
