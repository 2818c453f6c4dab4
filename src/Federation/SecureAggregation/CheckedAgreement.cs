using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// Diffie-Hellman by OpenSSL, on Linux, with peers whose keys were checked when they were read. .NET's own call has OpenSSL check the
/// peer's key in each agreement, which takes longer than the agreement; and a leader with dropouts makes tens of thousands of them
/// with a few hundred keys. Elsewhere, and with an older OpenSSL, there is none, and .NET's call serves.
/// </summary>
internal sealed class CheckedAgreement : IDisposable
{
    private const int SecretBytes = 32;

    private static readonly bool Supported = OperatingSystem.IsLinux() && HasCall();

    private readonly SafeEvpPKeyHandle _key;
    private readonly IntPtr _context;

    private CheckedAgreement(SafeEvpPKeyHandle key)
    {
        _key = key;
        _context = EVP_PKEY_CTX_new(key, IntPtr.Zero);
        if (_context == IntPtr.Zero || EVP_PKEY_derive_init(_context) != 1)
            throw new CryptographicException("OpenSSL cannot begin a key agreement.");
    }

    /// <summary>A key as the system has it, with a handle where there can be one. Its public point is checked.</summary>
    public static ECDiffieHellman Create(ECParameters parameters)
    {
        if (!Supported || !OperatingSystem.IsLinux())
            return ECDiffieHellman.Create(parameters);
        var key = new ECDiffieHellmanOpenSsl();
        key.ImportParameters(parameters);
        return key;
    }

    /// <summary>Null where there is no such call.</summary>
    public static CheckedAgreement? For(ECDiffieHellman mine) => HandleOf(mine) is { } handle ? new(handle) : null;

    /// <summary>Null where there is no such call.</summary>
    public static SafeEvpPKeyHandle? HandleOf(ECDiffieHellman key) =>
        Supported && OperatingSystem.IsLinux() && key is ECDiffieHellmanOpenSsl openSsl ? openSsl.DuplicateKeyHandle() : null;

    /// <summary>The shared point's x, 32 bytes. Not for several threads at a time.</summary>
    public byte[] Derive(SafeEvpPKeyHandle peer)
    {
        var secret = new byte[SecretBytes];
        nuint length = SecretBytes;
        return EVP_PKEY_derive_set_peer_ex(_context, peer, validate: 0) == 1
            && EVP_PKEY_derive(_context, secret, ref length) == 1
            && length == SecretBytes
                ? secret
                : throw new CryptographicException("OpenSSL cannot agree on a key.");
    }

    public void Dispose()
    {
        EVP_PKEY_CTX_free(_context);
        _key.Dispose();
    }

    private static bool HasCall() =>
        NativeLibrary.TryLoad(Library, out var library) && NativeLibrary.TryGetExport(library, nameof(EVP_PKEY_derive_set_peer_ex), out _);

    private const string Library = "libcrypto.so.3"; // .NET has it loaded already

#pragma warning disable SYSLIB1054, CA5392 // No unsafe code for five calls; the library is the one that .NET uses.
    [DllImport(Library)]
    private static extern IntPtr EVP_PKEY_CTX_new(SafeEvpPKeyHandle key, IntPtr engine);

    [DllImport(Library)]
    private static extern int EVP_PKEY_derive_init(IntPtr context);

    [DllImport(Library)]
    private static extern int EVP_PKEY_derive_set_peer_ex(IntPtr context, SafeEvpPKeyHandle peer, int validate);

    [DllImport(Library)]
    private static extern int EVP_PKEY_derive(IntPtr context, byte[] secret, ref nuint length);

    [DllImport(Library)]
    private static extern void EVP_PKEY_CTX_free(IntPtr context);
#pragma warning restore SYSLIB1054, CA5392
}
