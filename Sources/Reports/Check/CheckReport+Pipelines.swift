import Policies
package import Quantities

/// Forms of a check's report that build servers read.
extension CheckReport {
  package static let formats = ReportFormat.common + [.html, .junit, .sarif, .github]

  package func document(as format: ReportFormat) throws(Problem) -> String? {
    switch format {
    case .html: page.document
    case .junit: junit
    case .sarif: try JSON.document(SARIF(self))
    case .github: githubAnnotations
    default: nil
    }
  }

  /// A row for each verdict, and for each warning of the model.
  package var csv: String {
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let isOfTexts = subjects.contains { $0.request != nil }
    let titles = [
      "model", "device", "rule", "metric", "unit", "layer", "outcome", "breaks", "value", "low",
      "high", "baseline", "message",
    ]
    var rows = [titles + (isOfTexts ? ["generation"] : [])]
    for subject in subjects {
      let request = isOfTexts ? [subject.request?.text ?? ""] : []
      for verdict in subject.verdicts {
        rows.append(
          [
            subject.model, subject.device ?? "", verdict.rule, verdict.metric.rawValue,
            verdict.unit, verdict.place ?? "", verdict.outcome.rawValue,
            String(verdict.isBroken), text(verdict.value), text(verdict.low),
            text(verdict.high), text(verdict.baseline), verdict.message,
          ] + request)
      }
      for diagnostic in subject.diagnostics {
        rows.append(
          [
            subject.model, subject.device ?? "", diagnostic.code, "", "", diagnostic.layer ?? "",
            diagnostic.severity, "false", "", "", "", "", diagnostic.message,
          ] + request)
      }
    }
    return CSV.document(rows)
  }

  /// JUnit's XML: a suite for each model on a device, a case for each rule.
  var junit: String {
    var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
    let all = subjects.flatMap(\.verdicts)
    lines.append("<testsuites name=\"\(Markup.escaped(policy))\"\(Self.counts(all))>")
    for subject in subjects {
      let skipped = subject.verdicts.count { !$0.isBroken && $0.outcome == .unknown }
      lines.append(
        "  <testsuite name=\"\(Markup.escaped(subject.title))\"\(Self.counts(subject.verdicts))"
          + " skipped=\"\(skipped)\">")
      for verdict in subject.verdicts {
        let head =
          "    <testcase name=\"\(Markup.escaped(verdict.title))\" classname=\"\(Markup.escaped(subject.title))\""
        if verdict.isBroken {
          let title = verdict.outcome.title
          let text = Markup.escaped("\(title): \(verdict.message)")
          lines.append("\(head) time=\"0\">")
          lines.append(
            "      <failure message=\"\(text)\" type=\"\(title)\">\(text)</failure>"
          )
          lines.append("    </testcase>")
        } else if verdict.outcome == .unknown {
          lines.append("\(head) time=\"0\">")
          let text = Markup.escaped("\(verdict.outcome.title): \(verdict.message)")
          lines.append("      <skipped message=\"\(text)\"/>")
          lines.append("    </testcase>")
        } else {
          lines.append("\(head) time=\"0\"/>")
        }
      }
      if !subject.diagnostics.isEmpty {
        let text = Markup.escaped(subject.warningLines.joined(separator: "\n"))
        lines.append("    <system-err>\(text)</system-err>")
      }
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func counts(_ verdicts: [VerdictPart]) -> String {
    let failures = verdicts.count(where: \.isBroken)
    return " tests=\"\(verdicts.count)\" failures=\"\(failures)\" errors=\"0\" time=\"0\""
  }

  /// Workflow commands by which GitHub marks files.
  var githubAnnotations: String {
    var lines: [String] = []
    for subject in subjects {
      for verdict in subject.verdicts where verdict.isBroken {
        let title = Self.property(verdict.title)
        let text = Self.data("\(subject.title): \(verdict.message)")
        lines.append("::error file=\(Self.property(subject.model)),title=\(title)::\(text)")
      }
      for diagnostic in subject.diagnostics {
        let title = Self.property(diagnostic.code)
        let text = Self.data("\(subject.title): \(diagnostic.message)")
        lines.append("::warning file=\(Self.property(subject.model)),title=\(title)::\(text)")
      }
    }
    for note in notes { lines.append("::notice::\(Self.data(note))") }
    for warning in warnings {
      lines.append("::warning file=\(Self.property(policy))::\(Self.data(warning))")
    }
    lines.append("::notice::\(Self.data(summary))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The text of a command, in which these characters would end it.
  private static func data(_ text: String) -> String {
    printable(text).escaped(["%": "%25"])
  }

  private static func property(_ text: String) -> String {
    data(text).escaped([":": "%3A", ",": "%2C"])
  }
}

/// A log in the Static Analysis Results Interchange Format 2.1.0 (OASIS): broken rules as errors, and
/// what would make a model cheaper as notes.
package struct SARIF: Encodable {
  var schema = "https://json.schemastore.org/sarif-2.1.0.json"
  var version = "2.1.0"
  var runs: [Run]

  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  struct Run: Encodable {
    var tool: Tool
    var results: [Result]
    var columnKind = "unicodeCodePoints"
  }

  struct Tool: Encodable { var driver: Driver }

  struct Driver: Encodable {
    var name: String
    var version: String
    var rules: [Descriptor]
  }

  struct Descriptor: Encodable {
    var id: String
    var shortDescription: Message
  }

  struct Message: Encodable { var text: String }

  struct Result: Encodable {
    var ruleId: String
    var ruleIndex: Int
    var level: String
    var message: Message
    var locations: [Location]
  }

  struct Location: Encodable {
    var physicalLocation: PhysicalLocation
    var logicalLocations: [LogicalLocation]?
  }

  struct PhysicalLocation: Encodable { var artifactLocation: ArtifactLocation }

  struct ArtifactLocation: Encodable { var uri: String }

  struct LogicalLocation: Encodable {
    var name: String
    var kind = "layer"
  }

  /// A warning of the model, a costly layer, or layers that a change would make cheaper.
  private struct Remark {
    var rule: Descriptor
    var level = "note"
    var text: String
    var layers: [String]

    static func all(_ warnings: [AnalysisReport.DiagnosticPart]) -> [Remark] {
      warnings.map {
        Remark(
          rule: Descriptor(id: "model/\($0.code)", shortDescription: Message(text: words($0.code))),
          level: $0.severity, text: $0.message, layers: $0.layer.map { [$0] } ?? [])
      }
    }

    static func all(_ report: HotspotReport) -> [Remark] {
      let costly = Descriptor(
        id: "hotspot/costliest", shortDescription: Message(text: "one of the costliest layers"))
      let layers = report.entries.map { entry in
        let share =
          entry.share.map { ", \(fixed(100 * $0, decimals: 1)) % of \(report.metric.title)" } ?? ""
        return Remark(
          rule: costly,
          text:
            "\(entry.operator ?? "") takes \(engineering(entry.value, unit: report.unit))\(share)",
          layers: [entry.name])
      }
      return layers
        + report.findings.map { finding in
          Remark(
            rule: Descriptor(
              id: "hotspot/\(finding.rule)", shortDescription: Message(text: finding.advice)),
            text: "\(finding.reason); change: \(finding.advice)", layers: finding.layers)
        }
    }
  }

  init(_ report: CheckReport) {
    var rules = report.titles.enumerated().map { index, title in
      Descriptor(id: "policy/\(index + 1)", shortDescription: Message(text: title))
    }
    // Of the remarks; rules of a policy are found by their number.
    var places: [String: Int] = [:]
    var results: [Result] = []
    for subject in report.subjects {
      for verdict in subject.verdicts where verdict.isBroken {
        results.append(
          Result(
            ruleId: rules[verdict.ruleIndex].id, ruleIndex: verdict.ruleIndex, level: "error",
            message: Message(text: "\(verdict.title), \(subject.title): \(verdict.message)"),
            locations: [Location(subject.model, layers: verdict.layer.map { [$0] } ?? [])]))
      }
      for remark in Remark.all(subject.diagnostics) + (subject.hotspots.map(Remark.all) ?? []) {
        let index = places[remark.rule.id] ?? rules.count
        if index == rules.count {
          rules.append(remark.rule)
          places[remark.rule.id] = index
        }
        results.append(
          Result(
            ruleId: remark.rule.id, ruleIndex: index, level: remark.level,
            message: Message(text: "\(subject.title): \(remark.text)"),
            locations: [Location(subject.model, layers: remark.layers)]))
      }
    }
    let driver = Driver(name: report.tool.name, version: report.tool.version, rules: rules)
    runs = [Run(tool: Tool(driver: driver), results: results)]
  }
}

extension SARIF.Location {
  fileprivate init(_ path: String, layers: [String]) {
    physicalLocation = .init(artifactLocation: .init(uri: Self.uri(path)))
    logicalLocations = layers.isEmpty ? nil : layers.map { .init(name: $0) }
  }

  /// A path as a reference: all but letters, digits and some signs as percent codes.
  private static func uri(_ path: String) -> String {
    path.utf8.map { byte -> String in
      let character = Character(UnicodeScalar(byte))
      let isPlain = byte < 128 && (character.isLetter || character.isNumber)
      if isPlain || "/-._~".contains(character) { return String(character) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
