// SPDX-License-Identifier: Apache-2.0
#include "schedules/schedule.h"

#include <sstream>
#include <stdexcept>

#include "schedules/directives.h"

namespace nibble {

std::string to_string(const Tile &tile) {
    std::string text;
    for (const auto &[name, value] : tile) {
        text += (text.empty() ? "" : ",") + name + "=" + std::to_string(value);
    }
    return text;
}

Tile parse_tile(const std::string &text) {
    Tile tile;
    std::istringstream stream(text);
    for (std::string item; std::getline(stream, item, ',');) {
        const size_t equals = item.find('=');
        size_t parsed = 0;
        if (equals == std::string::npos || equals == 0) {
            throw std::invalid_argument("tile \"" + text + "\": found \"" + item + "\", expected name=value");
        }
        const std::string value = item.substr(equals + 1);
        try {
            tile[item.substr(0, equals)] = std::stoi(value, &parsed);
        } catch (const std::exception &) {
            parsed = std::string::npos;
        }
        if (parsed != value.size()) {
            throw std::invalid_argument("tile \"" + text + "\": found \"" + value + "\", expected an integer");
        }
    }
    return tile;
}

const ScheduleRow *find_schedule(const std::string &op, const std::string &lowering, const std::string &family) {
    for (const ScheduleRow &row : schedule_table()) {
        if (row.op == op && row.lowering == lowering && row.family == family) {
            return &row;
        }
    }
    return nullptr;
}

TileSpace find_tile_space(const std::string &op, const std::string &lowering, const TargetFacts &target,
                          std::string *family) {
    for (const std::string &candidate : {target.family, std::string("generic")}) {
        if (const ScheduleRow *row = find_schedule(op, lowering, candidate)) {
            if (family != nullptr) {
                *family = candidate;
            }
            return row->space;
        }
    }
    throw std::out_of_range("no schedule for operator " + op + ", lowering " + lowering);
}

} // namespace nibble
