import Analysis
import Documents
import OpGraph
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The measured releases of a runtime in order, and how its rates change from one to the next.
///
/// Rates are those of one release; the others are ratios to it. A release that nobody measured is
/// interpolated or extrapolated with wider intervals. See `docs/method/calibration.md`, Releases.
package struct ReleaseLine: Codable, Sendable {
  /// A measured release.
  package struct Release: Codable, Sendable {
    package var version: String
    /// Measured inferences of it on this device; zero where others were measured with it.
    package var rows: Int
    /// Ratio of the cycles of each term to those of the release that the rates are of, in the order
    /// of `terms`.
    package var ratios: [Double]
    /// What the unit draws; nil where no energy was measured with this release.
    package var power: Power?

    package init(version: String, rows: Int, ratios: [Double], power: Power?) {
      self.version = version
      self.rows = rows
      self.ratios = ratios
      self.power = power
    }
  }

  /// The release that the rates are of: the newest that was measured on this device.
  package var ratesOf: String
  /// What the ratios are of.
  ///
  /// A term stands for all precisions, and `operation:elementwise` for all other operations.
  package var terms: [CostTerm]
  /// Measured releases, oldest first.
  package var measured: [Release]
  /// Ratio of the cycles of each term in a release that follows the newest one.
  package var drift: [Double]
  /// Standard deviation of the logarithm of a release's speed, of one step.
  package var spread: Double

  package init(
    ratesOf: String, terms: [CostTerm], measured: [Release], drift: [Double], spread: Double
  ) {
    self.ratesOf = ratesOf
    self.terms = terms
    self.measured = measured
    self.drift = drift
    self.spread = spread
  }

  private var versions: [Version] { measured.compactMap { Version($0.version) } }

  /// The place of a release; nil for a text that is no version.
  func place(of release: String) -> ReleasePlace? {
    Version(release).flatMap { ReleasePlace(of: $0, among: versions) }
  }

  /// Ratios of the cycles at a place to the rates, by term.
  func ratios(at place: ReleasePlace) -> [CostTerm: Double] {
    let ratios: [Double]
    switch place {
    case .measured(let index): ratios = measured[index].ratios
    case .after(let index):
      ratios = zip(measured[index].ratios, measured[index + 1].ratios).map {
        ($0 * $1).squareRoot()
      }
    case .older: ratios = measured[0].ratios
    case .newer(let last, let steps):
      ratios = zip(measured[last].ratios, drift).map { $0 * pow($1, Double(steps)) }
    }
    return Dictionary(zip(terms, ratios)) { first, _ in first }
  }

  /// The power at a place: of that release, or of the nearest in order that has one.
  func power(at place: ReleasePlace) -> Power? {
    let index =
      switch place {
      case .measured(let index), .after(let index), .newer(let index, _): index
      case .older: 0
      }
    return measured.indices.filter { measured[$0].power != nil }
      .min { abs($0 - index) < abs($1 - index) }.flatMap { measured[$0].power }
  }

  /// What the ends of intervals are further apart by at a place, on top of a factor that they have.
  func widening(at place: ReleasePlace, of factor: Double) -> Double {
    // 90 % of a normal distribution lie within 1.645 standard deviations.
    DeviceProfiles.widening(of: factor, by: 1.645 * spread * place.variance.squareRoot())
  }
}

/// What the ends of an interval move out by when an independent error joins.
/// - Parameters:
///   - factor: How far out the ends are.
///   - logWidth: Half the width of the error's interval, as a logarithm.
func widening(of factor: Double, by logWidth: Double) -> Double {
  let own = log(max(factor, 1))
  return exp((own * own + logWidth * logWidth).squareRoot() - own)
}

extension ReleaseLine {
  /// What a step may change a rate by; with more, numbers could leave their range.
  private static let plausible = 1e-3...1e3

  /// Everything that contradicts itself.
  var problems: [DocumentProblem] {
    var problems: [DocumentProblem] = []
    func check(_ ratios: [Double], _ path: [String]) {
      if ratios.count != terms.count {
        problems.append(
          DocumentProblem(
            path, "expected \(terms.count), one for each term, found \(ratios.count)"))
      }
      if let ratio = ratios.first(where: { !Self.plausible.contains($0) }) {
        problems.append(DocumentProblem(path, "has \(ratio), expected 0.001 to 1000"))
      }
    }
    let versions = versions
    if versions.count < measured.count || versions != versions.sorted() {
      problems.append(DocumentProblem(["measured"], "expected versions, oldest first"))
    }
    if !measured.contains(where: { $0.version == ratesOf }) {
      problems.append(
        DocumentProblem(["ratesOf"], "'\(ratesOf)' is not the version of a measured release"))
    }
    for (index, release) in measured.enumerated() {
      check(release.ratios, ["measured", "\(index + 1)", "ratios"])
    }
    check(drift, ["drift"])
    if !(0...10).contains(spread) {
      problems.append(DocumentProblem(["spread"], "is \(spread), expected 0 to 10"))
    }
    return problems
  }
}

/// How the rates of a release are known.
package enum ReleaseBasis: String, Codable, Sendable, CaseIterable {
  /// It was measured on this device.
  case measured
  /// It was measured on other devices with the runtime.
  case measuredElsewhere
  /// It lies between measured releases.
  case interpolated
  /// It is older or newer than all measured releases.
  case extrapolated
}

extension Runtime {
  /// The runtime as it is in a release, measured or not; nil where releases of it are not known, or for
  /// a text that is no version.
  package func at(release: String) -> Runtime? {
    guard let releases, let place = releases.place(of: release), units.count == 1 else {
      return nil
    }
    var result = self
    let ratios = releases.ratios(at: place)
    let widening = releases.widening(at: place, of: calibration?.intervalFactor ?? 1)
    result.units[0].scale(widening: widening) { term in
      // Runtimes of processors have one rate for all other operations.
      if case .operation = term { return ratios[term] ?? ratios[.operation(.elementwise)] ?? 1 }
      return ratios[term] ?? 1
    }
    result.spread?.ofRelease = releases.spread * releases.spread * place.variance
    if let power = releases.power(at: place) { result.units[0].staticPower = power }
    // What does not state its release is of the one that the rates are of.
    if place != releases.place(of: releases.ratesOf) {
      result.measured = measured?.filter { $0.release != nil }
    }
    result.release = release
    switch place {
    case .measured(let index):
      result.release = releases.measured[index].version
      result.releaseBasis = releases.measured[index].rows > 0 ? .measured : .measuredElsewhere
    case .after: result.releaseBasis = .interpolated
    case .older, .newer: result.releaseBasis = .extrapolated
    }
    return result
  }

  /// Its title with the release that its rates are of, if they are fitted; a profile's own title says it.
  package var titleWithRelease: String { fittedRelease.map { "\(title), release \($0)" } ?? title }

  /// Its name with the release that its rates are of.
  package var nameWithRelease: String {
    fittedRelease.map { "\(software(ofUnit: 0) ?? name) \($0)" } ?? name
  }

  private var fittedRelease: String? { releaseBasis == nil ? nil : release }

  /// What there is to say about a release that was not measured on the device; nil for one that was.
  package var releaseNote: String? {
    guard let releases, let release, let releaseBasis, let first = releases.measured.first,
      let last = releases.measured.last
    else { return nil }
    let name = software ?? name
    switch releaseBasis {
    case .measured: return nil
    case .measuredElsewhere:
      // That a device was not measured at all is said of its errors.
      guard calibration?.rows ?? 0 > 0 else { return nil }
      return
        "release \(release) of \(name) was measured on other devices only; its change of speed "
        + "there is taken for this one"
    case .interpolated, .extrapolated:
      let place =
        releaseBasis == .interpolated
        ? "its speed is taken between those of its neighbours"
        : "its speed goes on from the nearest measured one"
      return "release \(release) of \(name) was not measured (measured: \(first.version) to "
        + "\(last.version)); \(place), with a wider interval"
    }
  }
}

extension ComputeUnit {
  /// Takes other cycles of each term, and wider intervals.
  /// - Parameter ratio: Cycles of a term over those that it has; terms stand for all precisions.
  mutating func scale(widening: Double, cyclesBy ratio: (CostTerm) -> Double) {
    func scaled<U>(_ estimate: Estimate<U>, _ term: CostTerm) -> Estimate<U> {
      let ratio = ratio(term)
      var result = estimate.widened(by: widening)
      result.value *= ratio
      result.low *= ratio
      result.high *= ratio
      return result
    }
    func scaled<U>(
      _ tables: [Precision: Rates<U>], _ term: (RateKind) -> CostTerm
    ) -> [Precision: Rates<U>] {
      tables.mapValues { table in
        Dictionary(uniqueKeysWithValues: table.map { ($0, scaled($1, term($0.kind))) })
      }
    }
    cyclesPerMAC = scaled(cyclesPerMAC) { .mac(.int8, $0) }
    cyclesPerResult = cyclesPerResult.map { scaled($0) { .result(.int8, $0) } }
    cyclesPerOp = Dictionary(
      uniqueKeysWithValues: cyclesPerOp.map { key, estimate in
        guard case .only(.kind(let kind)) = key else {
          return (key, scaled(estimate, .operation(.elementwise)))
        }
        return (key, scaled(estimate, .operation(kind)))
      })
    cyclesPerWeightByte = cyclesPerWeightByte.map { scaled($0, .weights) }
    cyclesPerUncachedByte = cyclesPerUncachedByte.map { scaled($0, .uncachedWeights) }
    overheadPerKernel = scaled(overheadPerKernel, .kernel)
  }
}

extension RateKey {
  /// The kind whose rate it has; that of pointwise convolutions stands for the others.
  fileprivate var kind: RateKind {
    switch self {
    case .only(let kind): kind
    case .others: .kind(.pointwiseConvolution)
    }
  }
}
