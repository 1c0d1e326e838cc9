// SPDX-License-Identifier: Apache-2.0
#include "compiler/target.h"

#include <cstdlib>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/resources.h"
#include "model/error.h"
#include "model/json_fields.h"
#include "model/json_text.h"
#include "runtime/cpu_features.h"
extern "C" {
#include "runtime/plan.h"
}

namespace nibble {

namespace fs = std::filesystem;

namespace {

bool is_power_of_two(int value) { return value > 0 && (value & (value - 1)) == 0; }

/// Reads the fields of a target file; findings go to a list that is thrown at the end.
class TargetReader {
public:
    TargetReader(const nlohmann::json &json, const std::string &file)
        : json_(json), findings_(file), fields_(json_, "", findings_) {}

    TargetFacts read() {
        TargetFacts facts;
        facts.name = text("name");
        facts.halide_target = text("halide_target");
        facts.rank = static_cast<int>(integer("rank", 0));
        facts.family = text("family");
        facts.cpu_features = texts("cpu_features");
        facts.vector_bytes = static_cast<int>(integer("vector_bytes", 1));
        facts.vector_registers = static_cast<int>(integer("vector_registers", 1));
        facts.vector_types = texts("vector_types");
        facts.pointer_bytes = static_cast<int>(integer("pointer_bytes", 4));
        facts.buffer_alignment = static_cast<int>(integer("buffer_alignment", 1));
        facts.clock_ghz = number("clock_ghz", fields_.value("clock_ghz"));
        facts.macs_per_cycle = numbers("macs_per_cycle");
        facts.memory = memory();
        if (const nlohmann::json *item = fields_.has("vtcm") ? fields_.value("vtcm") : nullptr) {
            facts.vtcm = level(*item, "vtcm");
        }
        facts.unit = fields_.has("unit") ? text("unit") : "";
        facts.other_units = other_units();
        facts.runner = text("runner");
        facts.modelled_processors = texts("modelled_processors");
        facts.runtime = text("runtime");
        facts.elf_machine = text("elf_machine");
        facts.entry_thunk = texts("entry_thunk");
        facts.plan_registers = texts("plan_registers");
        facts.supported_thunk = texts("supported_thunk");
        facts.lowerings = lowerings();
        facts.weight_types = weight_types();
        facts.requantise = requantise();
        facts.notes = text("notes");
        fields_.refuse_unknown_keys();
        check(facts);
        findings_.throw_if_any();
        return facts;
    }

private:
    std::string text(const char *key) { return fields_.text(key).value_or(""); }

    int64_t integer(const char *key, int64_t least) {
        return fields_.integer(key, {least, std::numeric_limits<int32_t>::max()}).value_or(least);
    }

    std::vector<std::string> texts(const std::string &key) {
        std::vector<std::string> found;
        for (const nlohmann::json *item : items(key)) {
            if (item->is_string()) {
                found.push_back(item->get<std::string>());
            } else {
                findings_.add(fields_.where(key), item->dump(), "a string");
            }
        }
        return found;
    }

    std::vector<const nlohmann::json *> items(const std::string &key) {
        std::vector<const nlohmann::json *> found;
        const nlohmann::json *array = fields_.array(key);
        for (size_t i = 0; array && i < array->size(); ++i) {
            found.push_back(&(*array)[i]);
        }
        return found;
    }

    double number(const std::string &where, const nlohmann::json *value) {
        if (value && (!value->is_number() || value->get<double>() <= 0)) {
            findings_.add(where, value->dump(), "a number above 0");
            return 0;
        }
        return value ? value->get<double>() : 0;
    }

    /// The value of `key`; an empty object, with a finding, where it is none.
    const nlohmann::json &object(const std::string &key) {
        static const nlohmann::json none = nlohmann::json::object();
        const nlohmann::json *value = fields_.value(key);
        if (value && !value->is_object()) {
            findings_.add(fields_.where(key), value->dump(), "an object");
            return none;
        }
        return value ? *value : none;
    }

    std::map<std::string, double> numbers(const std::string &key) {
        std::map<std::string, double> found;
        for (const auto &[name, value] : object(key).items()) {
            found[name] = number(key + "." + name, &value);
        }
        return found;
    }

    std::map<std::string, std::vector<std::string>> lowerings() {
        std::map<std::string, std::vector<std::string>> found;
        for (const auto &[op, names] : object("lowerings").items()) {
            const std::string where = "lowerings." + op;
            if (!names.is_array() || names.empty()) {
                findings_.add(where, names.dump(), "a list of names, best first");
                continue;
            }
            for (const auto &name : names) {
                found[op].push_back(name.is_string() ? name.get<std::string>() : name.dump());
            }
        }
        return found;
    }

    std::map<std::string, std::string> weight_types() {
        std::map<std::string, std::string> found;
        for (const char *type : {"s8", "s4"}) {
            found[type] = "";
        }
        for (const auto &[type, how] : object("weight_types").items()) {
            const std::string text = how.is_string() ? how.get<std::string>() : how.dump();
            if (found.count(type) == 0) {
                findings_.add("weight_types", type, "s8 and s4");
            } else if (text != "native" && text != "unpacked" && text != "widened") {
                findings_.add("weight_types." + type, text, "native, unpacked or widened");
            }
            found[type] = text;
        }
        for (const auto &[type, how] : found) {
            if (how.empty()) {
                findings_.add("weight_types." + type, "none", "native, unpacked or widened");
            }
        }
        return found;
    }

    CheapForms requantise() {
        const auto name = fields_.text("requantise");
        for (const CheapForms forms : {CheapForms::none, CheapForms::f32, CheapForms::s16}) {
            if (name == form_name(forms)) {
                return forms;
            }
        }
        if (name) {
            findings_.add("requantise", *name, "q31, f32 or s16");
        }
        return CheapForms::none;
    }

    std::vector<MemoryLevel> memory() {
        std::vector<MemoryLevel> levels;
        for (const nlohmann::json *item : items("memory")) {
            levels.push_back(level(*item, fmt::format("memory[{}]", levels.size())));
        }
        return levels;
    }

    MemoryLevel level(const nlohmann::json &item, const std::string &where) {
        Fields fields(item, where, findings_);
        MemoryLevel level;
        level.name = fields.text("name").value_or("");
        level.bytes = fields.integer("bytes", {0, std::numeric_limits<int64_t>::max()}).value_or(0);
        level.bytes_per_cycle = number(where + ".bytes_per_cycle", fields.value("bytes_per_cycle"));
        fields.refuse_unknown_keys();
        return level;
    }

    std::vector<OtherUnit> other_units() {
        std::vector<OtherUnit> units;
        for (const nlohmann::json *item :
             fields_.has("other_units") ? items("other_units") : std::vector<const nlohmann::json *>()) {
            const std::string where = fmt::format("other_units[{}]", units.size());
            Fields fields(*item, where, findings_);
            OtherUnit unit;
            unit.name = fields.text("name").value_or("");
            if (const nlohmann::json *tops = fields.value("tops"); tops && tops->is_object()) {
                for (const auto &[types, value] : tops->items()) {
                    unit.tops[types] = number(where + ".tops." + types, &value);
                }
            } else if (tops) {
                findings_.add(where + ".tops", tops->dump(), "an object");
            }
            fields.refuse_unknown_keys();
            units.push_back(std::move(unit));
        }
        return units;
    }

    void check(const TargetFacts &facts) {
        for (const std::string &feature : facts.cpu_features) {
            if (nibble_cpu_feature_bit(feature.c_str()) == 0) {
                findings_.add("cpu_features", feature, "a name of runtime/cpu_features.h");
            }
        }
        if (facts.pointer_bytes % 4 != 0 || facts.pointer_bytes > 8) {
            findings_.add("pointer_bytes", std::to_string(facts.pointer_bytes), "4 or 8");
        }
        if (!is_power_of_two(facts.buffer_alignment) || facts.buffer_alignment > int{NIBBLE_ARENA_ALIGNMENT}) {
            findings_.add("buffer_alignment", std::to_string(facts.buffer_alignment),
                          fmt::format("a power of two, at most {}", NIBBLE_ARENA_ALIGNMENT));
        }
        if (facts.unit.empty() && !facts.other_units.empty()) {
            findings_.add("unit", "none", "the name of what kernels run on, beside other_units");
        }
        if (facts.memory.empty() && fields_.has("memory")) {
            findings_.add("memory", "no level", "at least one");
        }
    }

    const nlohmann::json &json_;
    FindingList findings_;
    Fields fields_;
};

nlohmann::ordered_json level_entry(const MemoryLevel &level) {
    return {{"name", level.name}, {"bytes", level.bytes}, {"bytes_per_cycle", level.bytes_per_cycle}};
}

} // namespace

uint64_t TargetFacts::cpu_feature_mask() const {
    uint64_t mask = 0;
    for (const std::string &feature : cpu_features) {
        mask |= nibble_cpu_feature_bit(feature.c_str());
    }
    return mask;
}

TargetFacts read_target(const fs::path &json_file) {
    const nlohmann::json json = parse_json(json_file.string(), read_file(json_file));
    if (!json.is_object()) {
        throw Error(Finding{json_file.string(), "document", json.type_name(), "an object"});
    }
    TargetFacts facts = TargetReader(json, json_file.string()).read();
    if (facts.name != json_file.stem()) {
        throw Error(Finding{json_file.string(), "name", facts.name, json_file.stem().string() + ", the file's name"});
    }
    return facts;
}

std::string describe(const TargetFacts &facts) {
    nlohmann::ordered_json json;
    json["name"] = facts.name;
    json["halide_target"] = facts.halide_target;
    json["rank"] = facts.rank;
    json["family"] = facts.family;
    json["cpu_features"] = facts.cpu_features;
    json["vector_bytes"] = facts.vector_bytes;
    json["vector_registers"] = facts.vector_registers;
    json["vector_types"] = facts.vector_types;
    json["pointer_bytes"] = facts.pointer_bytes;
    json["buffer_alignment"] = facts.buffer_alignment;
    json["clock_ghz"] = facts.clock_ghz;
    json["macs_per_cycle"] = facts.macs_per_cycle;
    json["memory"] = nlohmann::ordered_json::array();
    for (const MemoryLevel &level : facts.memory) {
        json["memory"].push_back(level_entry(level));
    }
    if (facts.vtcm.bytes > 0) {
        json["vtcm"] = level_entry(facts.vtcm);
    }
    if (!facts.unit.empty()) {
        json["unit"] = facts.unit;
    }
    for (const OtherUnit &unit : facts.other_units) {
        json["other_units"].push_back({{"name", unit.name}, {"tops", unit.tops}});
    }
    json["runner"] = facts.runner;
    json["modelled_processors"] = facts.modelled_processors;
    json["runtime"] = facts.runtime;
    json["elf_machine"] = facts.elf_machine;
    json["entry_thunk"] = facts.entry_thunk;
    json["plan_registers"] = facts.plan_registers;
    json["supported_thunk"] = facts.supported_thunk;
    json["lowerings"] = facts.lowerings;
    json["weight_types"] = facts.weight_types;
    json["requantise"] = form_name(facts.requantise);
    json["notes"] = facts.notes;
    return json.dump(2) + "\n";
}

fs::path target_folder() { return resource_folder() / "targets"; }

namespace {

/// Name -> file of every target.
std::map<std::string, fs::path> target_files() {
    std::vector<fs::path> folders;
    if (const char *own = std::getenv("NIBBLE_TARGETS"); own != nullptr && *own != '\0') {
        if (!fs::is_directory(own)) {
            throw Error(Finding{"NIBBLE_TARGETS", "folder", own, "a folder of target files"});
        }
        folders.emplace_back(own);
    }
    folders.push_back(target_folder());
    std::map<std::string, fs::path> files;
    for (const fs::path &folder : folders) {
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(folder, error)) {
            if (entry.path().extension() == ".json") {
                files.emplace(entry.path().stem().string(), entry.path());
            }
        }
    }
    return files;
}

} // namespace

std::vector<std::string> list_targets() {
    std::vector<std::string> names;
    for (const auto &[name, file] : target_files()) {
        names.push_back(name);
    }
    return names;
}

TargetFacts find_target(const std::string &name) {
    const std::map<std::string, fs::path> files = target_files();
    if (name != "host") {
        if (files.count(name) == 0) {
            throw Error(Finding{"--target", "name", name, fmt::format("host, {}", fmt::join(list_targets(), ", "))});
        }
        return read_target(files.at(name));
    }
    TargetFacts best;
    best.rank = -1;
    for (const auto &[candidate, file] : files) {
        TargetFacts facts = read_target(file);
        if (facts.runner == "native" && facts.rank > best.rank && nibble_cpu_supports(facts.cpu_feature_mask())) {
            best = std::move(facts);
        }
    }
    if (best.rank < 0) {
        throw Error(Finding{"--target", "host", "a CPU that no target supports",
                            fmt::format("{}", fmt::join(list_targets(), ", "))});
    }
    return best;
}

} // namespace nibble
