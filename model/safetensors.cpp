// SPDX-License-Identifier: Apache-2.0
#include "model/safetensors.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/error.h"
#include "model/finding_list.h"
#include "model/json_fields.h"
#include "model/json_text.h"

namespace nibble {

namespace {

using Entry = SafetensorsFile::Entry;

constexpr uint64_t kLengthBytes = 8;
// The limit that the format's own reader sets.
constexpr uint64_t kMaxHeaderBytes = 100'000'000;
// Constants of more would not fit the memory that a build may take, several copies at a time.
constexpr uint64_t kMaxFileBytes = (uint64_t{1} << 31) - 1;
constexpr int64_t kMaxOffset = std::numeric_limits<int64_t>::max();

/// Bytes of an element; only the types that a model can hold.
const std::map<std::string, int64_t> kElementBytes = {{"I8", 1},  {"U8", 1},  {"I16", 2}, {"U16", 2},
                                                      {"F16", 2}, {"I32", 4}, {"F32", 4}, {"I64", 8}};

uint64_t file_bytes(const std::filesystem::path &path) {
    std::error_code error;
    const uint64_t bytes = std::filesystem::file_size(path, error);
    if (error) {
        throw Error({path.string(), "file", error.message(), "a readable file"});
    }
    return bytes;
}

std::ifstream open_file(const std::filesystem::path &path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw Error({path.string(), "file", std::strerror(errno), "a readable file"});
    }
    return stream;
}

void read_bytes(std::ifstream &stream, const std::filesystem::path &path, char *bytes, uint64_t count) {
    if (!stream.read(bytes, static_cast<std::streamsize>(count))) {
        throw Error({path.string(), "file", "fewer bytes than its size", fmt::format("{} bytes more", count)});
    }
}

uint64_t read_header_length(std::ifstream &stream, const std::filesystem::path &path, uint64_t size) {
    if (size < kLengthBytes) {
        throw Error({path.string(), "header", fmt::format("a file of {} bytes", size), "a safetensors file"});
    }
    std::array<uint8_t, kLengthBytes> bytes{};
    read_bytes(stream, path, reinterpret_cast<char *>(bytes.data()), bytes.size());
    uint64_t length = 0;
    for (size_t i = bytes.size(); i-- > 0;) {
        length = length << 8 | bytes[i];
    }
    const uint64_t limit = std::min(size - kLengthBytes, kMaxHeaderBytes);
    if (length > limit) {
        throw Error(
            {path.string(), "header length", fmt::format("{} bytes", length), fmt::format("at most {}", limit)});
    }
    return length;
}

/// Bytes of a dense tensor, or nothing where they do not fit 64 bits.
std::optional<int64_t> bytes_of(const std::string &dtype, const std::vector<int64_t> &shape) {
    int64_t bytes = kElementBytes.at(dtype);
    for (const int64_t extent : shape) {
        if (__builtin_mul_overflow(bytes, extent, &bytes)) {
            return std::nullopt;
        }
    }
    return bytes;
}

Entry read_entry(Fields &fields, FindingList &findings) {
    Entry entry;
    const auto dtype = fields.text("dtype");
    const auto shape = fields.integers("shape", {0, kMaxOffset});
    const auto offsets = fields.integers("data_offsets", {0, kMaxOffset});
    fields.refuse_unknown_keys();
    if (!dtype || !shape || !offsets) {
        return entry;
    }
    if (kElementBytes.count(*dtype) == 0) {
        findings.add(fields.where("dtype"), *dtype, "one of F16, F32, I16, I32, I64, I8, U16, U8");
        return entry;
    }
    if (offsets->size() != 2 || offsets->front() > offsets->back()) {
        findings.add(fields.where("data_offsets"), fmt::format("[{}]", fmt::join(*offsets, ", ")), "[begin, end]");
        return entry;
    }
    entry = {*dtype, *shape, static_cast<uint64_t>(offsets->front()), static_cast<uint64_t>(offsets->back())};
    const std::optional<int64_t> bytes = bytes_of(entry.dtype, entry.shape);
    if (bytes != offsets->back() - offsets->front()) {
        findings.add(fields.where("data_offsets"), fmt::format("{} bytes", offsets->back() - offsets->front()),
                     bytes ? fmt::format("{} for its dtype and shape", *bytes) : "a shape that fits 64 bits");
    }
    return entry;
}

void check_metadata(const nlohmann::json &metadata, FindingList &findings) {
    const auto is_text = [](const nlohmann::json &value) { return value.is_string(); };
    if (!metadata.is_object() || !std::all_of(metadata.begin(), metadata.end(), is_text)) {
        findings.add("__metadata__", preview(metadata), "an object of strings");
    }
}

/// The tensors must tile the bytes after the header: nothing twice, nothing left over, nothing beyond the end.
void check_tiling(const std::map<std::string, Entry> &entries, uint64_t data_bytes, FindingList &findings) {
    std::vector<std::pair<std::string, Entry>> order(entries.begin(), entries.end());
    std::stable_sort(order.begin(), order.end(), [](const auto &a, const auto &b) {
        return std::pair(a.second.begin, a.second.end) < std::pair(b.second.begin, b.second.end);
    });
    uint64_t end = 0;
    for (const auto &[name, entry] : order) {
        if (entry.begin != end) {
            findings.add(fmt::format("entry \"{}\", data_offsets", name),
                         fmt::format("{} at byte {}", entry.begin < end ? "an overlap" : "a gap", entry.begin),
                         fmt::format("it to begin at {}", end));
        }
        end = std::max(end, entry.end);
    }
    if (end != data_bytes) {
        findings.add("data", fmt::format("{} bytes after the header", data_bytes), fmt::format("{}", end));
    }
}

std::ofstream create_file(const std::filesystem::path &path) {
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    if (!stream) {
        throw Error({path.string(), "file", std::strerror(errno), "a writable file"});
    }
    return stream;
}

std::string little_endian(uint64_t number) {
    std::string bytes;
    for (int shift = 0; shift < 64; shift += 8) {
        bytes += static_cast<char>(number >> shift & 0xff);
    }
    return bytes;
}

} // namespace

const char *safetensors_dtype(DType dtype) {
    switch (dtype) {
    case DType::s4:
    case DType::u4:
    case DType::u8:
        return "U8";
    case DType::s8:
        return "I8";
    case DType::s16:
        return "I16";
    case DType::u16:
        return "U16";
    case DType::s32:
        return "I32";
    case DType::s64:
        return "I64";
    case DType::f16:
        return "F16";
    case DType::f32:
        return "F32";
    }
    return "";
}

std::vector<int64_t> safetensors_shape(const Tensor &tensor) {
    return bits_of(tensor.dtype) < 8 ? std::vector<int64_t>{tensor.bytes()} : tensor.shape;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path &path) : path_(path) {
    const uint64_t size = file_bytes(path);
    if (size > kMaxFileBytes) {
        throw Error({path.string(), "file", fmt::format("{} bytes", size), fmt::format("at most {}", kMaxFileBytes)});
    }
    std::ifstream stream = open_file(path);
    const uint64_t header_bytes = read_header_length(stream, path, size);
    std::string header(header_bytes, '\0');
    read_bytes(stream, path, header.data(), header_bytes);
    data_offset_ = kLengthBytes + header_bytes;

    const nlohmann::json document = parse_json(path.string(), header);
    FindingList findings(path.string());
    if (!document.is_object()) {
        throw Error({path.string(), "header", preview(document), "an object"});
    }
    for (const auto &[name, value] : document.items()) {
        if (name == "__metadata__") {
            check_metadata(value, findings);
            continue;
        }
        Fields fields(value, fmt::format("entry \"{}\"", name), findings);
        entries_[name] = read_entry(fields, findings);
    }
    findings.throw_if_any();
    check_tiling(entries_, size - data_offset_, findings);
    findings.throw_if_any();
}

std::vector<uint8_t> SafetensorsFile::read(const Entry &entry) const {
    std::ifstream stream = open_file(path_);
    stream.seekg(static_cast<std::streamoff>(data_offset_ + entry.begin));
    std::vector<uint8_t> bytes(entry.end - entry.begin);
    read_bytes(stream, path_, reinterpret_cast<char *>(bytes.data()), bytes.size());
    return bytes;
}

void write_safetensors(const std::map<std::string, const Tensor *> &constants, const std::filesystem::path &path) {
    std::vector<std::pair<std::string, const Tensor *>> order(constants.begin(), constants.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto &a, const auto &b) { return bits_of(a.second->dtype) > bits_of(b.second->dtype); });
    nlohmann::ordered_json document = nlohmann::ordered_json::object();
    uint64_t offset = 0;
    for (const auto &[name, tensor] : order) {
        document[name] = {{"dtype", safetensors_dtype(tensor->dtype)},
                          {"shape", safetensors_shape(*tensor)},
                          {"data_offsets", {offset, offset + tensor->data.size()}}};
        offset += tensor->data.size();
    }
    std::string header = document.dump();
    header.resize((header.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');

    std::ofstream stream = create_file(path);
    stream << little_endian(header.size()) << header;
    for (const auto &[name, tensor] : order) {
        stream.write(reinterpret_cast<const char *>(tensor->data.data()),
                     static_cast<std::streamsize>(tensor->data.size()));
    }
    stream.flush();
    if (!stream) {
        throw Error({path.string(), "file", std::strerror(errno), "room to write it"});
    }
}

} // namespace nibble
