// SPDX-License-Identifier: Apache-2.0
#include "autotune/json_lines.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path &path, const std::string &expected) {
    throw Error(Finding{path.string(), "file", std::strerror(errno), expected});
}

/// A file that is open until the end of the scope.
class OpenFile {
public:
    explicit OpenFile(const fs::path &path) : descriptor_(open(path.c_str(), O_RDWR | O_APPEND | O_CREAT, 0666)) {}
    ~OpenFile() {
        if (descriptor_ >= 0) {
            close(descriptor_);
        }
    }
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;

    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

} // namespace

void read_lines(const fs::path &file,
                const std::function<void(const std::string &place, const std::string &line)> &take) {
    if (!fs::exists(file)) {
        return;
    }
    const std::string text = read_text(file);
    size_t number = 1;
    for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1, ++number) {
        take(fmt::format("{}: line {}", file.string(), number), text.substr(begin, end - begin));
    }
}

void append_line(const fs::path &path, const nlohmann::json &json) {
    std::error_code error;
    if (path.has_parent_path()) {
        fs::create_directories(path.parent_path(), error);
    }
    const OpenFile file(path);
    if (file.descriptor() < 0 || flock(file.descriptor(), LOCK_EX) != 0) {
        fail(path, "a file that lines can be added to");
    }
    const std::string text = read_file(path);
    const size_t end = text.rfind('\n');
    const size_t whole = end == std::string::npos ? 0 : end + 1;
    const std::string line = json.dump() + "\n";
    if ((whole < text.size() && ftruncate(file.descriptor(), static_cast<off_t>(whole)) != 0) ||
        write(file.descriptor(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        fail(path, "room for a line");
    }
}

} // namespace nibble
