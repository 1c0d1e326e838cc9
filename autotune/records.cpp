// SPDX-License-Identifier: Apache-2.0
#include "autotune/records.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>

#include "autotune/json_lines.h"
#include "model/error.h"
#include "model/json_fields.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

constexpr int64_t most = std::numeric_limits<int32_t>::max();

/// Numbers by name: a shape or a tile.
template <typename Numbers>
Numbers numbers_of(Fields &fields, const std::string &key, FindingList &findings) {
    Numbers numbers;
    const nlohmann::json *object = fields.value(key);
    if (object == nullptr) {
        return numbers;
    }
    if (!object->is_object()) {
        findings.add(key, preview(*object), "an object of integers");
        return numbers;
    }
    for (const auto &[name, value] : object->items()) {
        if (!value.is_number_integer()) {
            findings.add(fields.where(key + "." + name), preview(value), "an integer");
            continue;
        }
        numbers[name] = value.template get<typename Numbers::mapped_type>();
    }
    return numbers;
}

double cost_of(Fields &fields, const std::string &key, FindingList &findings) {
    const nlohmann::json *value = fields.value(key);
    if (value == nullptr) {
        return 0;
    }
    if (!value->is_number() || value->get<double>() < 0) {
        findings.add(fields.where(key), preview(*value), "a number that is not negative");
        return 0;
    }
    return value->get<double>();
}

/// The key may be absent: searches have not always kept what they tried.
std::vector<TriedTile> tried_of(Fields &fields, FindingList &findings) {
    const std::string key = "tried";
    const nlohmann::json *list = fields.has(key) ? fields.array(key) : nullptr;
    std::vector<TriedTile> tried;
    for (const nlohmann::json &entry : list != nullptr ? *list : nlohmann::json::array()) {
        try {
            tried.push_back(entry.get<TriedTile>());
        } catch (const std::exception &) {
            findings.add(fields.where(key), preview(entry), "a tile and two costs");
        }
    }
    return tried;
}

/// Made by the compiler and the schedule that this program has.
bool is_current(const Record &record, const TargetFacts &target) {
    try {
        std::string family;
        const TileSpace space = find_tile_space(record.op, record.lowering, target, &family);
        return record.compiler == compiler_version() && record.version == space.version && record.schedule == family;
    } catch (const std::out_of_range &) {
        return false;
    }
}

/// How many doublings of sizes two kernels are apart; nothing where they differ otherwise.
std::optional<double> distance(const Record &a, const Record &b) {
    static const std::set<std::string> sizes = {"ci", "co", "h", "k", "m", "n", "oh", "ow", "w"};
    if (a.op != b.op || a.lowering != b.lowering || a.schedule != b.schedule || a.shape.size() != b.shape.size()) {
        return std::nullopt;
    }
    double doublings = 0;
    for (const auto &[name, value] : a.shape) {
        const auto other = b.shape.find(name);
        const bool is_size = sizes.count(name) != 0;
        if (other == b.shape.end() || (!is_size && other->second != value)) {
            return std::nullopt;
        }
        doublings += is_size ? std::abs(std::log2(static_cast<double>(value) / static_cast<double>(other->second))) : 0;
    }
    return doublings;
}

fs::path file_of(const fs::path &folder, const std::string &target) { return folder / (target + ".jsonl"); }

} // namespace

void to_json(nlohmann::json &json, const Record &record) {
    json = {{"target", record.target}, {"compiler", record.compiler}, {"version", record.version},
            {"op", record.op},         {"lowering", record.lowering}, {"schedule", record.schedule},
            {"shape", record.shape},   {"tile", record.tile},         {"origin", record.origin},
            {"cost", record.cost},     {"unit", record.unit},         {"default_cost", record.default_cost},
            {"points", record.points}, {"machine", record.machine},   {"tried", record.tried}};
}

Record parse_record(const std::string &place, const std::string &line) {
    const nlohmann::json json = parse_json(place, line);
    FindingList findings(place);
    Record record;
    if (!json.is_object()) {
        throw Error(Finding{place, "record", preview(json), "an object"});
    }
    Fields fields(json, "", findings);
    for (const auto &[key, field] :
         std::initializer_list<std::pair<const char *, std::string Record::*>>{{"target", &Record::target},
                                                                               {"compiler", &Record::compiler},
                                                                               {"op", &Record::op},
                                                                               {"lowering", &Record::lowering},
                                                                               {"schedule", &Record::schedule},
                                                                               {"origin", &Record::origin},
                                                                               {"unit", &Record::unit},
                                                                               {"machine", &Record::machine}}) {
        record.*field = fields.text(key).value_or("");
    }
    record.version = static_cast<int>(fields.integer("version", {1, most}).value_or(0));
    record.points = static_cast<int>(fields.integer("points", {0, most}).value_or(0));
    record.shape = numbers_of<Attributes>(fields, "shape", findings);
    record.tile = numbers_of<Tile>(fields, "tile", findings);
    record.cost = cost_of(fields, "cost", findings);
    record.default_cost = cost_of(fields, "default_cost", findings);
    record.tried = tried_of(fields, findings);
    if (fields.has("origin") && record.origin != "measured" && record.origin != "model") {
        findings.add("origin", record.origin, "measured or model");
    }
    fields.refuse_unknown_keys();
    findings.throw_if_any();
    return record;
}

std::string compiler_version() { return "halide " NIBBLE_HALIDE_VERSION; }

Attributes shape_of(const Attributes &parameters) {
    static const std::set<std::string> numbers = {"clamp_max",  "clamp_min",    "half_has_sign", "later_shift",
                                                  "left_shift", "narrowing",    "requantise",    "sign_matters",
                                                  "spare_bit",  "zero_is_least"};
    const auto is_zero_point = [](const std::string &name) {
        return name.size() > 5 && name.compare(name.size() - 5, 5, "_zero") == 0;
    };
    Attributes shape;
    for (const auto &[name, value] : parameters) {
        if (numbers.count(name) == 0 && !is_zero_point(name)) {
            shape.emplace(name, value);
        }
    }
    return shape;
}

Record record_for(const KernelRequest &request, const TileSpace &space, const TargetFacts &target) {
    Record record;
    record.target = target.name;
    record.compiler = compiler_version();
    record.version = space.version;
    record.op = request.op;
    record.lowering = request.lowering;
    record.schedule = request.schedule;
    record.shape = shape_of(request.parameters);
    record.tile = request.tile;
    return record;
}

bool same_key(const Record &a, const Record &b) {
    const auto key = [](const Record &record) {
        return std::tie(record.target, record.compiler, record.version, record.op, record.lowering, record.schedule,
                        record.shape);
    };
    return key(a) == key(b);
}

Records::Records(const fs::path &folder, const TargetFacts &target) {
    read_lines(file_of(folder, target.name), [&](const std::string &place, const std::string &line) {
        Record record = parse_record(place, line);
        if (record.target != target.name) {
            throw Error(Finding{place, "target", record.target, target.name});
        }
        if (is_current(record, target)) {
            put(std::move(record));
        } else {
            ++stale_;
        }
    });
}

void Records::put(Record record) {
    const auto same = [&](const Record &other) { return same_key(record, other); };
    const auto known = std::find_if(records_.begin(), records_.end(), same);
    if (known != records_.end()) {
        *known = std::move(record);
    } else {
        records_.push_back(std::move(record));
    }
}

void Records::add(const Records &others) {
    stale_ += others.stale_;
    for (const Record &other : others.records_) {
        if (std::none_of(records_.begin(), records_.end(), [&](const Record &own) { return same_key(own, other); })) {
            records_.push_back(other);
        }
    }
}

const Record *Records::find(const KernelRequest &request, const TileSpace &space, const TargetFacts &target) const {
    const Record wanted = record_for(request, space, target);
    for (const Record &record : records_) {
        if (same_key(record, wanted)) {
            const std::vector<Tile> legal = space.legal(request.parameters, target);
            return std::find(legal.begin(), legal.end(), record.tile) != legal.end() ? &record : nullptr;
        }
    }
    return nullptr;
}

const Record *Records::nearest(const KernelRequest &request, const TileSpace &space, const TargetFacts &target) const {
    if (space.predict == nullptr) {
        return nullptr;
    }
    const Record wanted = record_for(request, space, target);
    std::vector<std::pair<double, const Record *>> near;
    for (const Record &record : records_) {
        if (const std::optional<double> doublings = distance(record, wanted)) {
            near.emplace_back(*doublings, &record);
        }
    }
    std::stable_sort(near.begin(), near.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    const std::vector<Tile> legal = space.legal(request.parameters, target);
    const auto cycles = [&](const Tile &tile) { return space.predict(request.parameters, target, tile).cycles(); };
    const double most = (1 + nearest_slack) * cycles(space.preferred(request.parameters, target));
    const auto fits = [&](const auto &candidate) {
        const Tile &tile = candidate.second->tile;
        return std::find(legal.begin(), legal.end(), tile) != legal.end() && cycles(tile) <= most;
    };
    const auto found = std::find_if(near.begin(), near.end(), fits);
    return found != near.end() ? found->second : nullptr;
}

void append_record(const fs::path &folder, const Record &record) {
    append_line(file_of(folder, record.target), record);
}

ChooseTile tiles_of(Records records) {
    return [records = std::move(records)](const KernelRequest &request, const TileSpace &space,
                                          const TargetFacts &target) {
        const Record *record = records.find(request, space, target);
        if (record == nullptr) {
            const Record *nearest = records.nearest(request, space, target);
            return nearest != nullptr ? TileChoice{nearest->tile, "nearest", std::nullopt}
                                      : default_tile(request, space, target);
        }
        TileChoice choice{record->tile, record->origin == "measured" ? "record" : "model", std::nullopt};
        if (record->origin == "measured") {
            choice.measured = MeasuredCost{record->cost,   record->default_cost, record->unit,
                                           record->points, record->machine,      record->tried};
        }
        return choice;
    };
}

} // namespace nibble
