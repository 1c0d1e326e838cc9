// .npy files: the round trip, NumPy's own bytes, and files that are not what they seem.
// SPDX-License-Identifier: Apache-2.0
#include "bench/npy.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"

namespace nibble {
namespace {

using testing::HasSubstr;

class Npy : public testing::Test {
protected:
    void SetUp() override {
        file_ = std::filesystem::path(testing::TempDir()) /
                ("nibble_npy_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".npy");
    }
    void TearDown() override { std::filesystem::remove(file_); }

    void write(const std::string &bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }
    std::string bytes() const {
        std::ostringstream text;
        text << std::ifstream(file_, std::ios::binary).rdbuf();
        return text.str();
    }
    /// A file of format `major` with this header and data.
    void write_file(const std::string &header, const std::string &data, int major = 1) const {
        std::string text = "\x93NUMPY";
        text += {static_cast<char>(major), '\0', static_cast<char>(header.size() & 255),
                 static_cast<char>(header.size() >> 8)};
        write(text + (major == 1 ? "" : std::string(2, '\0')) + header + data);
    }
    /// The one finding that the file is refused with.
    std::string refusal() const {
        try {
            read_npy(file_);
        } catch (const Error &error) {
            EXPECT_EQ(error.findings().size(), 1u);
            EXPECT_THAT(error.what(), HasSubstr(file_.string()));
            return error.what();
        }
        return "read";
    }

    std::filesystem::path file_;
};

TEST_F(Npy, RoundTripOfEveryType) {
    const std::pair<DType, size_t> types[] = {{DType::s8, 1},  {DType::u8, 1},  {DType::s16, 2}, {DType::u16, 2},
                                              {DType::s32, 4}, {DType::s64, 8}, {DType::f16, 2}, {DType::f32, 4}};
    const std::vector<int64_t> shapes[] = {{}, {3}, {2, 5}, {1, 4, 4, 3}, {0, 7}};
    for (const auto &[dtype, width] : types) {
        for (const std::vector<int64_t> &shape : shapes) {
            NpyArray array{dtype, shape, {}};
            size_t elements = 1;
            for (const int64_t extent : shape) {
                elements *= static_cast<size_t>(extent);
            }
            for (size_t i = 0; i < elements * width; ++i) {
                array.data.push_back(static_cast<uint8_t>(i * 37 + 11));
            }
            write_npy(file_, array);
            const NpyArray back = read_npy(file_);
            EXPECT_EQ(back.dtype, dtype);
            EXPECT_EQ(back.shape, shape);
            EXPECT_EQ(back.data, array.data);
        }
    }
}

TEST_F(Npy, WritesWhatNumpyWrites) {
    write_npy(file_, {DType::s8, {2, 3}, {1, 2, 3, 4, 5, 6}});
    const std::string header = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }";
    EXPECT_EQ(bytes(), std::string("\x93NUMPY\1\0\x76\0", 10) + header + std::string(117 - header.size(), ' ') + "\n" +
                           "\1\2\3\4\5\6");
}

TEST_F(Npy, ReadsOtherVersionsAndSpellings) {
    for (const int major : {1, 2, 3}) {
        write_file("{'shape': (3,), 'fortran_order': False, 'descr': '<i2'}\n", "abcdef", major);
        EXPECT_EQ(read_npy(file_).shape, std::vector<int64_t>{3}) << major;
    }
    write_file("{ 'descr' : '<i1' , 'fortran_order' : False , 'shape' : ( 1 , 2 , ) , }", "ab");
    EXPECT_EQ(read_npy(file_).shape, (std::vector<int64_t>{1, 2}));
}

TEST_F(Npy, RefusesOtherFiles) {
    for (const std::string text : {"", "P", "\x93NUMPY", "\x93NUMPY\1", "PK\3\4 an archive of arrays"}) {
        write(text);
        EXPECT_THAT(refusal(), HasSubstr("a .npy file")) << text;
    }
    std::filesystem::remove(file_);
    EXPECT_NE(refusal(), "read");
}

TEST_F(Npy, RefusesOtherFormats) {
    write_file("{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }", "a", 4);
    EXPECT_THAT(refusal(), HasSubstr("format version"));
    write_file("{'descr': '|i1', 'fortran_order': True, 'shape': (1,), }", "a");
    EXPECT_THAT(refusal(), HasSubstr("fortran_order"));
    for (const char *descr : {">i2", ">f4", "<f8", "|O", "|b1", "<U1", "", "<i", "i1"}) {
        write_file(std::string("{'descr': '") + descr + "', 'fortran_order': False, 'shape': (1,), }", "a");
        EXPECT_THAT(refusal(), HasSubstr("descr")) << descr;
    }
}

TEST_F(Npy, RefusesEveryTruncation) {
    write_npy(file_, {DType::s32, {2}, {1, 2, 3, 4, 5, 6, 7, 8}});
    const std::string whole = bytes();
    for (size_t length = 0; length < whole.size(); ++length) {
        write(whole.substr(0, length));
        EXPECT_NE(refusal(), "read") << length;
    }
    write(whole + "x");
    EXPECT_THAT(refusal(), HasSubstr("9 bytes"));
}

TEST_F(Npy, RefusesDamagedHeaders) {
    const char *headers[] = {"",
                             "{",
                             "{}",
                             "{'descr': '|i1'}",
                             "{'descr': '|i1', 'fortran_order': False}",
                             "{'descr': '|i1', 'fortran_order': 0, 'shape': (1,)}",
                             "{'descr': '|i1', 'fortran_order': False, 'shape': 1}",
                             "{'descr': '|i1', 'fortran_order': False, 'shape': (-1,)}",
                             "{'descr': '|i1', 'fortran_order': False, 'shape': (1 2)}",
                             "{'descr': '|i1', 'fortran_order': False, 'shape': (1",
                             "{'descr': '|i1', 'fortran_order': False, 'shape': (1,), 'more': 1}",
                             "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (1,)}",
                             "{'descr': '|i1"};
    for (const char *header : headers) {
        write_file(header, "a");
        EXPECT_THAT(refusal(), HasSubstr("header")) << header;
    }
}

TEST_F(Npy, RefusesShapesThatOverflow) {
    write_file("{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "");
    EXPECT_THAT(refusal(), HasSubstr("2^63"));
    write_file("{'descr': '|i1', 'fortran_order': False, 'shape': (99999999999999999999,), }", "");
    EXPECT_THAT(refusal(), HasSubstr("64 bits"));
}

TEST_F(Npy, RefusesToWriteNibbles) { EXPECT_THROW(write_npy(file_, {DType::s4, {2}, {1}}), Error); }

} // namespace
} // namespace nibble
