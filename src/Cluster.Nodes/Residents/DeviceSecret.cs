using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cohort.Federation;
using Cohort.Model.Files;

namespace Cohort.Nodes.Residents;

/// <summary>
/// 32 random bytes that never leave the device: what its students add to updates and label counts is drawn from them. They are kept, so that
/// the same is never released under two noises.
/// </summary>
public sealed class DeviceSecret
{
    private readonly byte[] _bytes;

    private DeviceSecret(byte[] bytes) => _bytes = bytes;

    /// <summary>For a device that keeps nothing.</summary>
    public static DeviceSecret Create() => new(RandomNumberGenerator.GetBytes(NoiseSecret.Length));

    /// <summary>The one that a file holds; makes it where there is none.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DeviceSecret Kept(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            DurableFile.Write(path, stream => stream.Write(RandomNumberGenerator.GetBytes(NoiseSecret.Length)), OpenForMe);
        }

        var bytes = File.ReadAllBytes(path);
        return bytes.Length == NoiseSecret.Length
            ? new(bytes)
            : throw new InvalidDataException(
                $"{path} has {bytes.Length} bytes, where the device's secret has {NoiseSecret.Length}; restore it from a copy. (Without it, what "
                + "was told under noise could be told again under another.)");
    }

    /// <summary>A secret for one purpose.</summary>
    /// <param name="about">All that tells it from others.</param>
    public NoiseSecret Of(params object[] about)
    {
        ArgumentNullException.ThrowIfNull(about);
        var info = string.Join('\n', about.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)!.Replace("\n", "\n\n", StringComparison.Ordinal)));
        Span<byte> key = stackalloc byte[NoiseSecret.Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, key, salt: "cohort/device/1"u8, Encoding.UTF8.GetBytes(info));
        return NoiseSecret.FromBytes(key);
    }

    /// <summary>For what draws no noise.</summary>
    internal NoiseSecret Unused => Of("unused");

    public override string ToString() => "DeviceSecret (hidden)";

    private static FileStream OpenForMe(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }
}
