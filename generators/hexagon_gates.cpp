// SPDX-License-Identifier: Apache-2.0
#include "generators/hexagon_gates.h"

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace nibble {

namespace {

constexpr int first_saved_register = 16, last_saved_register = 27; ///< which a function gives back as it found them

std::string trimmed(const std::string &line) {
    const auto begin = line.find_first_not_of(" \t"), end = line.find_last_not_of(" \t\r");
    return begin == std::string::npos ? std::string() : line.substr(begin, end - begin + 1);
}

bool begins_function(const std::string &line) {
    static const std::regex label(R"(^[A-Za-z_][\w.$]*:)");
    return std::regex_search(line, label);
}

} // namespace

std::string beyond_v66_instruction(const std::string &assembly) {
    static const std::regex later(
        R"(^\s+(?:\{\s*)?(.*(?:\bv\d+(?::\d+)?\.(?:q?f(?:16|32)|sf|hf|bf)\b|\bv6mpy\(|\bvfmv\(|\.uh,v\d+\.uh\):>>16).*)$)",
        std::regex::multiline);
    std::smatch match;
    return std::regex_search(assembly, match, later) ? trimmed(match[1]) : std::string();
}

std::string early_frame_access(const std::string &assembly) {
    static const std::regex frame(R"(r(\d+) = and\(r30,#-(?:64|128|256)\))"), base(R"(mem\w*\(r(\d+)\+##?-?\d+\))"),
        assignment(R"(^\s*r(\d+)(?::(\d+))? = )");
    std::set<int> assigned;
    std::map<int, std::string> unset_uses; // of registers that hold the caller's values
    std::istringstream lines(assembly);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (begins_function(line)) {
            assigned.clear();
            unset_uses.clear();
        }
        if (std::regex_search(line, match, frame)) {
            if (const auto use = unset_uses.find(std::stoi(match[1])); use != unset_uses.end()) {
                return use->second;
            }
        }
        if (std::regex_search(line, match, base)) {
            const int reg = std::stoi(match[1]);
            if (reg >= first_saved_register && reg <= last_saved_register && assigned.count(reg) == 0) {
                unset_uses.emplace(reg, trimmed(line));
            }
        }
        if (std::regex_search(line, match, assignment)) {
            assigned.insert(std::stoi(match[1]));
            assigned.insert(match[2].matched ? std::stoi(match[2]) : std::stoi(match[1]));
        }
    }
    return "";
}

std::string long_narrowing_shift(const std::string &assembly) {
    static const std::regex constant(R"(^\s*(r\d+) = ##?(\d+)\s*$)"), other(R"(^\s*(r\d+) = )"),
        pair(R"(^\s*r(\d+):(\d+) = )"), shift(R"(v\d+\.h = vasr\(v\d+\.w,v\d+\.w,(r\d+)\))");
    std::map<std::string, int> values;
    std::istringstream lines(assembly);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (begins_function(line)) {
            values.clear();
        } else if (std::regex_search(line, match, constant)) {
            values[match[1]] = std::stoi(match[2]);
        } else if (std::regex_search(line, match, other)) {
            values.erase(match[1]);
        } else if (std::regex_search(line, match, pair)) {
            values.erase("r" + match[1].str());
            values.erase("r" + match[2].str());
        }
        if (std::regex_search(line, match, shift)) {
            const auto value = values.find(match[1]);
            if (value != values.end() && value->second > 15) {
                return trimmed(line) + " with " + match[1].str() + " = " + std::to_string(value->second);
            }
        }
    }
    return "";
}

} // namespace nibble
