// SPDX-License-Identifier: Apache-2.0
#include "model/json_text.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "model/error.h"

namespace nibble {

namespace {

using nlohmann::json;

// The deepest model has 5 levels; free-form attributes of other operators may need a few more.
constexpr size_t kMaxDepth = 32;

// A document takes up to ten times the memory of its text.
constexpr uintmax_t kMaxTextBytes = uintmax_t{64} << 20;

/// Builds the document while it keeps the way to the place being read, so that a finding can name it.
class DocumentBuilder : public nlohmann::json_sax<json> {
public:
    explicit DocumentBuilder(const std::string &file) : file_(file) {}

    json take() { return std::move(root_); }

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t &) override { return put(value); }
    bool string(string_t &value) override { return put(std::move(value)); }
    bool binary(binary_t &value) override { return put(std::move(value)); }
    bool start_object(size_t) override { return open(json::object()); }
    bool start_array(size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t &name) override {
        if (open_.back().value->contains(name)) {
            open_.back().key = name;
            fail("the same key twice", "each key once");
        }
        open_.back().key = name;
        return true;
    }

    bool parse_error(size_t position, const std::string &token, const nlohmann::detail::exception &) override {
        fail(fmt::format("\"{}\" at byte {}", token, position), "valid JSON in UTF-8 with finite numbers");
        return false;
    }

private:
    struct Level {
        json *value;
        std::string key;
    };

    json *insert(json value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Level &level = open_.back();
        if (level.value->is_array()) {
            level.value->push_back(std::move(value));
            return &level.value->back();
        }
        return &((*level.value)[level.key] = std::move(value));
    }

    bool put(json value) {
        insert(std::move(value));
        return true;
    }

    bool open(json value) {
        if (open_.size() == kMaxDepth) {
            fail("deeper nesting", fmt::format("at most {} levels", kMaxDepth));
        }
        json *place = insert(std::move(value));
        open_.push_back({place, ""});
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    [[noreturn]] void fail(std::string found, std::string expected) const {
        throw Error({file_, where(), std::move(found), std::move(expected)});
    }

    /// E.g. tensors[3].quantization.scale[0] ("conv2d/kernel").
    std::string where() const {
        std::string path, name;
        for (const Level &level : open_) {
            if (level.value->is_array()) {
                path += fmt::format("[{}]", level.value->size() - (&level == &open_.back() ? 0 : 1));
                continue;
            }
            path += (path.empty() || level.key.empty() ? "" : ".") + level.key;
            if (level.value->contains("name") && level.value->at("name").is_string()) {
                name = " (\"" + level.value->at("name").get<std::string>() + "\")";
            }
        }
        return path.empty() ? "document" : path + name;
    }

    const std::string &file_;
    json root_;
    std::vector<Level> open_;
};

} // namespace

json parse_json(const std::string &file, const std::string &text) {
    DocumentBuilder builder(file);
    json::sax_parse(text, &builder);
    return builder.take();
}

std::string read_file(const std::filesystem::path &path) {
    // A folder opens like a file and fails only when it is read.
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        throw Error({path.string(), "file", "a folder", "a readable file"});
    }
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw Error({path.string(), "file", std::strerror(errno), "a readable file"});
    }
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string read_text(const std::filesystem::path &path) {
    std::error_code error;
    const uintmax_t bytes = std::filesystem::file_size(path, error);
    if (!error && bytes > kMaxTextBytes) {
        throw Error({path.string(), "file", fmt::format("{} bytes", bytes), fmt::format("at most {}", kMaxTextBytes)});
    }
    return read_file(path);
}

std::string preview(const json &value) {
    constexpr size_t kLimit = 60;
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    return text.size() <= kLimit ? text : text.substr(0, kLimit) + "...";
}

} // namespace nibble
