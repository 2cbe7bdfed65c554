/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  Settings under which the text of a value is the same in every session.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SETTINGS_H
#define CX_SETTINGS_H

extern int	fixed_settings(void);

#endif							/* CX_SETTINGS_H */
