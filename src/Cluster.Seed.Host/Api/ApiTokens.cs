using System.Security.Cryptography;
using System.Text;
using Cohort.Hosting;
using Cohort.Hosting.Configuration;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Api;

/// <summary>Who may use the API: hashes of tokens, each with its role. Comparing takes the same time whichever token is tried.</summary>
public sealed class ApiTokens
{
    private const string HashPrefix = "sha256:";

    private readonly List<(byte[] Hash, ApiRole Role)> _known = [];

    /// <exception cref="ConfigurationException">A file cannot be read, or holds no token.</exception>
    public static ApiTokens Read(SeedHostOptions options)
    {
        var tokens = new ApiTokens();
        tokens.Add("Tokens:ViewerFile", options.ViewerTokensFile, ApiRole.Viewer);
        tokens.Add("Tokens:ResearcherFile", options.ResearcherTokensFile, ApiRole.Researcher);
        tokens.Add("Tokens:OperatorFile", options.OperatorTokensFile, ApiRole.Operator);
        return tokens;
    }

    /// <returns>What the token allows; null where nobody has it.</returns>
    public ApiRole? RoleOf(string token)
    {
        var hash = HashOf(token);
        ApiRole? role = null;
        foreach (var (known, allows) in _known)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash) && !(role > allows))
            {
                role = allows;
            }
        }

        return role;
    }

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private void Add(string key, string path, ApiRole role)
    {
        if (path.Length == 0)
        {
            return;
        }

        foreach (var line in SecretFile.Read(key, path).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            _known.Add((Hash(key, line), role));
        }
    }

    private static byte[] Hash(string key, string line)
    {
        if (!line.StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            return line.Length >= 16
                ? HashOf(line)
                : throw new ConfigurationException($"{key}: a token is shorter than 16 characters; make one by: openssl rand -hex 32");
        }

        var hex = line[HashPrefix.Length..];
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(hex)
            : throw new ConfigurationException($"{key}: behind sha256: 64 hexadecimal digits are expected.");
    }
}
