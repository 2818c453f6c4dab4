namespace Cohort.Seed.Host.Api;

/// <summary>A part of a long list: <c>?offset=200&amp;limit=100</c>.</summary>
public static class Paging
{
    public const int MostAtOnce = 1_000;

    /// <exception cref="ApiException">400: no such page.</exception>
    public static IReadOnlyList<T> Page<T>(this IReadOnlyList<T> all, int? offset, int? limit)
    {
        if (offset < 0 || limit is < 1 or > MostAtOnce)
        {
            throw ApiException.Bad($"offset is at least 0, and limit from 1 to {MostAtOnce}.");
        }

        return [.. all.Skip(offset ?? 0).Take(limit ?? 100)];
    }
}
